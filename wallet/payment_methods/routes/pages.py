"""Cards in the Billing panel. The number is typed in the processor's own frame and never comes here."""

from uuid import UUID

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.blueprints import panel
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import session, transaction
from agency.foundation.errors import DomainError, NotFound
from wallet.billing_accounts.models import Payer
from wallet.billing_accounts.queries import payer_of
from wallet.merchant_accounts import keys
from wallet.merchant_accounts.operations import PaymentsNotSetUp, of_agency
from wallet.payment_methods import operations, queries, setups
from wallet.payment_methods.models import PaymentMethod
from wallet.payment_methods.rules import validity
from wallet.payment_methods.words import CONSENT, brand_name

pages = panel("payment_methods", __name__)


@pages.get("/payment-methods")
@permits("payment_methods.read")
def index() -> str:
    return _list()


@pages.get("/payment-methods/new")
@permits("payment_methods.manage")
def new() -> ResponseReturnValue:
    try:
        with transaction():
            merchant = of_agency(now=clock.now())
    except PaymentsNotSetUp as refusal:
        flash(str(refusal), "critical")
        return redirect(url_for(".index"))
    return render_template(
        "wallet/payment_methods/new.html",
        publishable_key=keys.publishable_key(merchant),
        stripe_account=None if merchant.secret_key else merchant.stripe_account,
        stripe_js_url=keys.settings().stripe_js_url,
        consent=_consent_text(),
        currency=g.sub_account.currency,
    )


@pages.post("/payment-methods/setups")
@permits("payment_methods.manage")
def begin_setup() -> ResponseReturnValue:
    """The form's first step; the browser goes on with the client secret at the processor."""
    now = clock.now()
    with transaction():
        consent = setups.Consent(text=_consent_text(), by=current_actor().name, at=now, address=request.remote_addr)
        setup = setups.request_setup(_payer(), consent, now=now)
    try:
        begun = setups.begin(setup.id, now=now)
    except DomainError as refusal:
        return jsonify({"error": str(refusal)}), refusal.status
    completion = url_for(".complete_setup", setup_id=setup.id)
    return jsonify({"client_secret": begun.client_secret, "completion_url": completion})


@pages.route("/payment-methods/setups/<id(cse):setup_id>/completion", methods=["GET", "POST"])
@permits("payment_methods.manage")
def complete_setup(setup_id: UUID) -> ResponseReturnValue:
    """Where the browser, or the bank's own page, comes back to; the processor is asked how it ended."""
    try:
        card = setups.finish(setup_id, now=clock.now())
    except NotFound:
        raise
    except DomainError as refusal:
        flash(str(refusal), "critical")
        return redirect(url_for(".new"))
    if card is None:
        flash(_("The card was not confirmed, so it was not saved. Try again."), "critical")
        return redirect(url_for(".new"))
    flash(_("%(card)s was saved.", card=_named(card)), "positive")
    return redirect(url_for(".index"))


@pages.post("/payment-methods/<id(crd):card_id>/primary")
@permits("payment_methods.manage")
def make_primary(card_id: UUID) -> ResponseReturnValue:
    with transaction():
        card = queries.card(card_id, payer_id=_payer().id)
        operations.make_primary(card, by=current_actor(), now=clock.now())
    flash(_("%(card)s is charged first from now on.", card=_named(card)), "positive")
    return redirect(url_for(".index"))


@pages.post("/payment-methods/<id(crd):card_id>/backup")
@permits("payment_methods.manage")
def name_backup(card_id: UUID) -> ResponseReturnValue:
    with transaction():
        card = queries.card(card_id, payer_id=_payer().id)
        operations.toggle_backup(card, by=current_actor(), now=clock.now())
    return redirect(url_for(".index"))


@pages.post("/payment-methods/<id(crd):card_id>/removal")
@permits("payment_methods.manage")
def remove(card_id: UUID) -> ResponseReturnValue:
    confirmed = request.form.get("confirmed") == "1"
    try:
        with transaction():
            card = queries.card(card_id, payer_id=_payer().id)
            operations.detach(card, confirmed=confirmed, by=current_actor(), now=clock.now())
    except operations.CardStillNeeded as refusal:
        session.rollback()
        return _list(needed_by=str(refusal), needed=card_id), refusal.status
    flash(_("%(card)s was removed.", card=_named(card)), "positive")
    return redirect(url_for(".index"))


def _list(*, needed: UUID | None = None, needed_by: str = "") -> str:
    now = clock.now()
    cards = queries.cards(_payer().id)
    return render_template(
        "wallet/payment_methods/index.html",
        cards=cards,
        validity={card.id: validity(card.exp_year, card.exp_month, now=now) for card in cards},
        needed=needed,
        needed_by=needed_by,
        brand_name=brand_name,
    )


def _payer() -> Payer:
    return payer_of(g.sub_account.id)


def _consent_text() -> str:
    return str(CONSENT) % {"name": g.agency.name}


def _named(card: PaymentMethod) -> str:
    return str(_("%(brand)s ending in %(last4)s", brand=brand_name(card.brand), last4=card.last4))
