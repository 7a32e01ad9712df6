"""The agency returns unspent purchased credit to the cards that paid for it."""

from uuid import UUID

from flask import flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import ids
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_visitor
from agency.foundation.forms import Form
from agency.foundation.i18n import money
from agency.foundation.money import Money
from wallet.credits.operations.refunds import in_coins
from wallet.credits.queries import unspent_lots
from wallet.credits.rules.lots import LotKind
from wallet.screens.places import TAB, Place, in_console, place_at
from wallet.screens.schemas import Taken
from wallet.top_ups import queries
from wallet.top_ups.models import RefundPartState
from wallet.top_ups.queries import RefundWithParts
from wallet.top_ups.routes.refunds import refund_top_ups


@in_console.route(f"{TAB}/refund", methods=["GET", "POST"])
@permits("wallets.manage")
def refund(sub_account_id: UUID) -> ResponseReturnValue:
    at = place_at(sub_account_id)
    form = Form(Taken(at.sub_account.currency), initial={"request": ids.new_id()})
    wish = form.load()
    if wish is not None:
        name = f"{current_visitor().id}/{wish['request']}"
        with form.catching():
            _tell(refund_top_ups(at.sub_account.id, wish["amount"], wish["reason"], request=name))
            return redirect(at.url("show"))
    return form.page(
        "wallet/screens/refund.html",
        at=at,
        refundable=_refundable(at),
        past=queries.refunds(at.sub_account.id).rows,
    )


def _refundable(at: Place) -> Money:
    """A card takes whole coins of each purchase."""
    lots = in_coins(lot.as_rule() for lot in unspent_lots(at.wallet) if lot.kind is LotKind.PURCHASED)
    return Money.sum([lot.left for lot in lots], at.sub_account.currency)


def _tell(done: RefundWithParts) -> None:
    amount = money(done.refund.amount)
    states = {part.state for part in done.parts}
    if RefundPartState.FAILED in states:
        flash(_("The card's bank turned the refund back. The credit is in the wallet again."), "error")
    elif RefundPartState.BY_HAND in states:
        flash(_("%(amount)s was taken out. A part was paid by no card: return it by hand.", amount=amount), "success")
    elif RefundPartState.PROCESSING in states:
        flash(_("%(amount)s was taken out and is on its way to the card.", amount=amount), "success")
    else:
        flash(_("%(amount)s was returned to the card.", amount=amount), "success")
