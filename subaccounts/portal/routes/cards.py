"""Cards of a customer: saved ones, and those typed to pay with. Numbers are typed at the processor alone."""

from uuid import UUID

from flask import flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.blueprints import profile
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import session, transaction
from agency.foundation.errors import DomainError, NotFound
from agency.foundation.tenancy import scope
from subaccounts.customers.queries import customer
from subaccounts.portal.admission import BILLING, as_application
from subaccounts.portal.passing import keep_typed, note_typed, typed_by
from subaccounts.portal.routes.paying import card_place, pay_with, show_pay
from wallet.billing_accounts.models import Payer
from wallet.payment_methods import operations, queries, setups
from wallet.payment_methods.models import PaymentMethod
from wallet.payment_methods.rules import validity
from wallet.payment_methods.words import brand_name

saved_cards = profile("portal_cards", __name__)


@saved_cards.get("/cards")
@permits(BILLING)
def index() -> ResponseReturnValue:
    if not g.shown.takes_cards:
        return render_template("subaccounts/portal/cards.html", cards=[], validity={}, brand_name=brand_name)
    now, found = clock.now(), card_place().saved
    standing = {card.id: validity(card.exp_year, card.exp_month, now=now) for card in found}
    return render_template("subaccounts/portal/cards.html", cards=found, validity=standing, brand_name=brand_name)


@saved_cards.get("/cards/new")
@permits(BILLING)
def new() -> ResponseReturnValue:
    if not g.shown.takes_cards:
        return redirect(url_for(".index"))
    return render_template(
        "subaccounts/portal/new_card.html", place=card_place(), consent=consent_text(), currency=g.shown.currency
    )


def consent_text() -> str:
    return str(
        _(
            "By saving this card you allow %(name)s to charge it for payments you make here. You can remove it"
            " at any time.",
            name=g.shown.name,
        )
    )


@saved_cards.post("/cards/setups")
@permits(BILLING)
def begin_setup() -> ResponseReturnValue:
    """The form's first step, whether it saves a card or pays with it; the browser goes on at the processor."""
    now, payer_id = clock.now(), customer(g.profile_id).payer_id
    pays = request.args.get("pays") == "1"
    with as_application():
        with transaction():
            payer = session.get_one(Payer, (scope.agency_id(), payer_id))
            consent = setups.Consent(text=consent_text(), by=current_actor().name, at=now, address=request.remote_addr)
            setup = setups.request_setup(payer, consent, now=now)
            note_typed(g.profile_id, setup, now=now)
        try:
            begun = setups.begin(setup.id, now=now)
        except DomainError as refusal:
            return jsonify({"error": str(refusal)}), refusal.status
    completion = url_for(".complete_paying" if pays else ".complete_saving", setup_id=setup.id)
    return jsonify({"client_secret": begun.client_secret, "completion_url": completion})


@saved_cards.route("/cards/setups/<id(cse):setup_id>/saved", methods=["GET", "POST"])
@permits(BILLING)
def complete_saving(setup_id: UUID) -> ResponseReturnValue:
    """Where the browser, or the bank's own page, comes back to with a card that is to be saved."""
    try:
        card = _finish(setup_id, keeps=True)
    except NotFound:
        raise
    except DomainError as refusal:
        flash(str(refusal), "critical")
        return redirect(url_for(".new"))
    if card is None:
        flash(_("The card was not confirmed, so it was not saved. Try again."), "critical")
        return redirect(url_for(".new"))
    flash(_("%(card)s was saved.", card=named(card)), "positive")
    return redirect(url_for(".index"))


@saved_cards.route("/cards/setups/<id(cse):setup_id>/paid", methods=["GET", "POST"])
@permits(BILLING)
def complete_paying(setup_id: UUID) -> ResponseReturnValue:
    """The same with a card that is to pay; the form brings the parts along, a bank's own page does not."""
    try:
        card = _finish(setup_id, keeps=request.form.get("keep") == "1")
    except NotFound:
        raise
    except DomainError as refusal:
        return show_pay(str(refusal))
    if card is None:
        return show_pay(str(_("The card was not confirmed. Nothing was charged. Try again.")))
    if request.method != "POST":
        flash(_("Nothing was charged yet. Check the amount and pay."), "warning")
        return redirect(url_for("portal_paying.pay", card="new"))
    return pay_with(card.id)


def _finish(setup_id: UUID, *, keeps: bool) -> PaymentMethod | None:
    """Raises NotFound: the setup is another profile's."""
    with as_application():
        with transaction():
            if typed_by(setup_id) != g.profile_id:
                raise NotFound
            if keeps:
                keep_typed(setup_id)
        return setups.finish(setup_id, now=clock.now())


@saved_cards.post("/cards/<id(crd):card_id>/removal")
@permits(BILLING)
def remove(card_id: UUID) -> ResponseReturnValue:
    payer_id = customer(g.profile_id).payer_id
    with as_application(), transaction():
        card = queries.card(card_id, payer_id=payer_id)
        operations.detach(card, confirmed=True, by=current_actor(), now=clock.now())
    flash(_("%(card)s was removed.", card=named(card)), "positive")
    return redirect(url_for(".index"))


@saved_cards.post("/cards/<id(crd):card_id>/primary")
@permits(BILLING)
def make_primary(card_id: UUID) -> ResponseReturnValue:
    payer_id = customer(g.profile_id).payer_id
    with as_application(), transaction():
        card = queries.card(card_id, payer_id=payer_id)
        operations.make_primary(card, by=current_actor(), now=clock.now())
    flash(_("%(card)s is charged first from now on.", card=named(card)), "positive")
    return redirect(url_for(".index"))


def named(card: PaymentMethod) -> str:
    return str(_("%(brand)s ending in %(last4)s", brand=brand_name(card.brand), last4=card.last4))
