"""The tiles that tenants add to the console's overview."""

from flask import url_for
from flask_babel import gettext as _

from agency.foundation.i18n import number
from agency.foundation.tiles import Stat
from agency.tenants.models import SubAccountState
from agency.tenants.queries import count_by_state


def sub_accounts_by_state() -> list[Stat]:
    """One figure a state; each opens its list."""
    words = {
        SubAccountState.ACTIVE: _("Active sub-accounts"),
        SubAccountState.PAUSED: _("Paused sub-accounts"),
        SubAccountState.CLOSED: _("Closed sub-accounts"),
    }
    counted = count_by_state()
    return [
        Stat(label=label, figure=number(counted.get(state, 0)), href=url_for("sub_accounts.index", state=state.value))
        for state, label in words.items()
    ]
