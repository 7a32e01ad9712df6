"""Add funds: choose an amount and a card, see what will be charged, confirm."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import ids
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_visitor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form
from agency.foundation.i18n import money
from agency.foundation.money import Money
from wallet.billing_accounts.queries import payer_of
from wallet.credits.rules.returns import TopUpSplit, pay_owed_first
from wallet.credits.standing import lock_wallet
from wallet.payment_methods.models import PaymentMethod
from wallet.payment_methods.queries import cards
from wallet.screens.places import Place, in_panel, place_at
from wallet.screens.presets import presets
from wallet.screens.schemas import AddFunds
from wallet.screens.words import decline_words
from wallet.top_ups.models import TopUp, TopUpState
from wallet.top_ups.operations.adding import chosen_card, on_its_way
from wallet.top_ups.operations.terms import terms_of
from wallet.top_ups.routes.top_ups import add_funds as charge_card
from wallet.top_ups.rules import Terms, bonus_of, refuse_amount


@dataclass(frozen=True, slots=True, kw_only=True)
class FundsForm:
    """The form as it stands before anything was typed, also for the dialog on other pages."""

    form: Form
    cards: Sequence[PaymentMethod]
    presets: Sequence[Money]
    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What pressing the last button does."""

    amount: Money
    card: PaymentMethod
    split: TopUpSplit
    bonus: Money
    balance_after: Money


def funds_form(at: Place) -> FundsForm:
    """The primary card is chosen; a form that was sent keeps what was typed."""
    terms, on_file = terms_of(at.wallet), cards(payer_of(at.sub_account.id).id)
    offered = presets(terms)
    initial = {"preset": offered[0].plain()}
    if on_file:
        initial["payment_method"] = on_file[0].public_id
    return FundsForm(
        form=Form(AddFunds(at.sub_account.currency), initial=initial),
        cards=on_file,
        presets=offered,
        terms=terms,
    )


@in_panel.route("/wallet/add-funds", methods=["GET", "POST"])
@permits("wallets.manage")
def add_funds() -> ResponseReturnValue:
    """First press: what it would do. Second press: it is done, once however often it is pressed."""
    at = place_at(None)
    shown = funds_form(at)
    wish = shown.form.load()
    if wish is not None:
        amount = wish["amount"]
        with shown.form.catching():
            if wish["confirmed"] and wish["request"]:
                return _told(at, shown, _charged(at, amount, wish["payment_method"], wish["request"]))
            preview = _preview(at, amount, wish["payment_method"])
            return shown.form.page(
                "wallet/screens/add_funds_review.html", at=at, preview=preview, request_id=ids.new_id()
            )
    return _page(at, shown)


def _page(at: Place, shown: FundsForm) -> ResponseReturnValue:
    return shown.form.page("wallet/screens/add_funds.html", at=at, funds=shown)


def _preview(at: Place, amount: Money, card_id: UUID) -> Preview:
    """Raises AmountRefused, NotFound."""
    with transaction():
        terms, card, standing = terms_of(at.wallet), chosen_card(at.sub_account.id, card_id), lock_wallet(at.wallet)
        refuse_amount(amount, terms, balance=standing.balance + on_its_way(standing))
        bonus = bonus_of(amount, terms)
        return Preview(
            amount=amount,
            card=card,
            split=pay_owed_first(amount, owed=standing.owed),
            bonus=bonus,
            balance_after=standing.balance + amount + bonus,
        )


def _charged(at: Place, amount: Money, card_id: UUID, request: UUID) -> TopUp:
    return charge_card(at.sub_account.id, amount, card_id, request=f"{current_visitor().id}/{request}")


def _told(at: Place, shown: FundsForm, top_up: TopUp) -> ResponseReturnValue:
    if top_up.state is TopUpState.SETTLED:
        flash(_("%(amount)s was added to your wallet.", amount=money(top_up.amount)), "success")
        return redirect(at.url("show"))
    if top_up.state is TopUpState.DECLINED:
        shown.form.errors = {"payment_method": [decline_words(top_up)]}
        return _page(at, shown)
    return redirect(url_for("funds.confirmation", top_up_id=top_up.id))
