"""Paying by card: everything or one invoice by the same steps. What the button says is what is charged."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock, ids
from agency.foundation.access.blueprints import profile
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor, current_visitor
from agency.foundation.database.session import transaction
from agency.foundation.errors import DomainError, NotFound
from agency.foundation.forms import load_filters
from agency.foundation.i18n import IN_USE
from agency.foundation.typed_amounts import typed
from subaccounts.customers.queries import customer
from subaccounts.invoices.models.columns import Seller
from subaccounts.payments.models.payments import Payment, PaymentState
from subaccounts.payments.operations.dividing import PayWish
from subaccounts.payments.operations.recording import apply_credit
from subaccounts.payments.queries import payable
from subaccounts.payments.routes.paying import pay_by_card
from subaccounts.payments.rules.splitting import Owed, in_order
from subaccounts.portal.admission import BILLING, as_application
from subaccounts.portal.asking import Asked, PartUnreadable, offered, sent_back
from subaccounts.portal.passing import passing_cards
from subaccounts.portal.schemas import PayQuery
from wallet.billing_accounts.queries import billing_account
from wallet.merchant_accounts import keys
from wallet.merchant_accounts.queries import active
from wallet.payment_methods.models import PaymentMethod
from wallet.payment_methods.queries import cards
from wallet.payment_methods.words import brand_name, refusal_words

UNPROCESSABLE = 422

paying = profile("portal_paying", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPlace:
    """What the page needs of the processor, and the cards there are."""

    saved: Sequence[PaymentMethod]
    publishable_key: str
    stripe_account: str | None
    stripe_js_url: str


@paying.get("/pay")
@permits(BILLING)
def pay() -> ResponseReturnValue:
    return show_pay()


def show_pay(refusal: str | None = None) -> ResponseReturnValue:
    """What would be paid, with its parts and the cards; a refusal of before stands above it."""
    wanted = load_filters(PayQuery(unknown="exclude"))
    currency = wanted["currency"] if wanted["currency"] in IN_USE else g.shown.currency
    if not g.shown.takes_cards:
        return _nothing(_("Card payments are not offered here. Ask how to pay by transfer."))
    owed, is_rewritten = _owed(currency), False
    try:
        asked = offered(owed, request.args, currency=currency, only=wanted["invoice"])
    except PartUnreadable as unreadable:
        refusal, is_rewritten = str(unreadable), True
        asked = offered(owed, {}, currency=currency, only=wanted["invoice"])
    if not asked.parts:
        return _nothing(_("Nothing is left to pay. Nothing was charged."))
    place = card_place()
    page = render_template(
        "subaccounts/portal/pay.html",
        asked=asked,
        owed=owed,
        place=place,
        takes_new=wanted["card"] == "new" or not place.saved,
        refusal=refusal,
        is_rewritten=is_rewritten,
        request_id=ids.new_id(),
        only=wanted["invoice"],
        typed=typed,
        key_of=_key,
        brand_name=brand_name,
    )
    return page, UNPROCESSABLE if refusal else 200


def _key(invoice_id: UUID) -> str:
    return ids.encode("inv", invoice_id)


def _nothing(text: str) -> ResponseReturnValue:
    flash(text, "warning")
    return redirect(url_for("portal_billing.overview"))


def _owed(currency: str) -> list[Owed]:
    owed = payable(customer(g.profile_id).payer_id, currency)
    return in_order(owed, today=g.shown.today)


def card_place() -> CardPlace:
    """Cards and keys are none of the portal role's business, so they are read as the application."""
    payer_id = customer(g.profile_id).payer_id
    with as_application(), transaction():
        merchant = active(g.shown.sub_account_id)
        if merchant is None:
            raise NotFound
        passing = set(passing_cards(g.profile_id))
        on_file = [each for each in cards(payer_id) if each.merchant_account_id == merchant.id]
        return CardPlace(
            saved=[each for each in on_file if each.id not in passing],
            publishable_key=keys.publishable_key(merchant),
            stripe_account=None if merchant.secret_key else merchant.stripe_account,
            stripe_js_url=keys.settings().stripe_js_url,
        )


@paying.post("/pay")
@permits(BILLING)
def pay_now() -> ResponseReturnValue:
    """With a saved card. The same form sent twice, or from two tabs, pays once."""
    try:
        card_id = ids.decode("crd", request.form.get("card", ""))
    except ids.MalformedId:
        return show_pay(str(_("Choose a card. Nothing was charged.")))
    return pay_with(card_id)


def pay_with(card_id: UUID) -> ResponseReturnValue:
    """Charge the card for the parts that the form carries, each checked against what is owed now."""
    currency = request.form.get("currency", "")
    try:
        asked = sent_back(request.form, currency=currency)
        if request.form.get("amount") != asked.amount.plain():
            raise PartUnreadable
        paid = _charge(asked, card_id)
    except NotFound:
        raise
    except DomainError as refusal:
        return show_pay(str(refusal))
    return told(paid)


def _charge(asked: Asked, card_id: UUID) -> Payment:
    payer_id = customer(g.profile_id).payer_id
    with as_application():
        with transaction():
            account = billing_account(payer_id, asked.currency)
        wish = PayWish(
            account=account,
            seller=Seller.SUB_ACCOUNT,
            customer_id=g.profile_id,
            amount=asked.amount,
            splits=asked.parts,
            seen=asked.seen,
            request=f"portal/{current_visitor().id}/{request.form.get('request', '')}",
        )
        return pay_by_card(wish, card_id=card_id, by=current_actor())


def told(paid: Payment) -> ResponseReturnValue:
    """Where the person goes from here; a card that was refused leaves the page as it was, to choose another."""
    if paid.state is PaymentState.DECLINED:
        reason = refusal_words(paid.decline_code)
        return show_pay(str(_("%(reason)s Nothing was charged. Try another card.", reason=reason)))
    if paid.state is PaymentState.NEEDS_AUTHENTICATION:
        return redirect(url_for("portal_payments.confirmation", payment_id=paid.id))
    return redirect(url_for("portal_payments.show", payment_id=paid.id))


@paying.post("/credit")
@permits(BILLING)
def use_credit() -> ResponseReturnValue:
    """Put what was paid ahead to the open invoices, the one due first coming first."""
    currency = request.form.get("currency", g.shown.currency)
    payer_id = customer(g.profile_id).payer_id
    try:
        with as_application(), transaction():
            account = billing_account(payer_id, currency)
            wish = PayWish(account=account, seller=Seller.SUB_ACCOUNT, customer_id=g.profile_id)
            apply_credit(wish, by=current_actor(), now=clock.now())
    except NotFound:
        raise
    except DomainError as refusal:
        flash(str(refusal), "warning")
    else:
        flash(_("Your credit was put to your open invoices."), "success")
    return redirect(url_for("portal_billing.balance", currency=currency))
