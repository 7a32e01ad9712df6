"""Where one wallet differs from its agency's terms, and how far it may go beyond zero."""

from typing import Any
from uuid import UUID

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form
from agency.foundation.money import Money
from agency.foundation.typed_amounts import typed
from wallet.credits.operations.caps import set_overdraft
from wallet.credits.queries import balance
from wallet.screens.places import TAB, Place, in_console, place_at
from wallet.screens.queries import own_terms
from wallet.screens.routes.refusing import refuse_closed
from wallet.screens.schemas import WalletTermsForm
from wallet.screens.terms import as_typed, changes_of
from wallet.top_ups.operations.terms import agency_terms, set_terms


@in_console.route(f"{TAB}/limits", methods=["GET", "POST"])
@permits("wallets.manage")
def limits(sub_account_id: UUID) -> ResponseReturnValue:
    at, now = place_at(sub_account_id), clock.now()
    currency = at.sub_account.currency
    overdraft = balance(at.sub_account, now=now).overdraft
    form = Form(WalletTermsForm(currency), initial=_initial(at, overdraft))
    wish = form.load()
    if wish is not None:
        with form.catching(), transaction():
            refuse_closed(at)
            wanted = wish.pop("overdraft", Money.zero(currency))
            if wanted != overdraft:
                set_overdraft(at.sub_account, wanted, by=current_actor(), now=now)
            set_terms(currency, _changes(wish), sub_account=at.sub_account, by=current_actor(), now=now)
            flash(_("Saved."), "success")
            return redirect(at.url("limits"))
    return form.page("wallet/screens/limits.html", at=at, terms=agency_terms(currency))


def _initial(at: Place, overdraft: Money) -> dict[str, object]:
    own = own_terms(at.sub_account.currency, at.sub_account.id)
    receipts = {None: "", True: "yes", False: "no"}[own.receipts_mailed if own else None]
    return as_typed(own) | {"receipts": receipts, "overdraft": typed(overdraft or None)}


def _changes(wish: dict[str, Any]) -> dict[str, Any]:
    return changes_of(wish) | {"receipts_mailed": {"yes": True, "no": False}.get(wish.get("receipts", ""))}
