"""What the tenants say on the overview."""

from flask import url_for
from flask_babel import gettext as _

from agency.foundation.i18n import number
from agency.foundation.tiles import Stat
from agency.tenants.models import SubAccountState
from agency.tenants.queries import count_by_state


def sub_accounts_by_state() -> list[Stat]:
    """How many are active, and how many are not."""
    words = {SubAccountState.PAUSED: _("Paused"), SubAccountState.CLOSED: _("Closed")}
    counted = count_by_state()
    others = [f"{word}: {number(counted[state])}" for state, word in words.items() if counted.get(state)]
    return [
        Stat(
            label=_("Active sub-accounts"),
            figure=number(counted.get(SubAccountState.ACTIVE, 0)),
            href=url_for("sub_accounts.index", state=SubAccountState.ACTIVE.value),
            note=" · ".join(others) or None,
        )
    ]
