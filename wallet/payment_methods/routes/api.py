"""A sub-account's cards for programs."""

from typing import Any
from uuid import UUID, uuid5

from flask import request
from flask.views import MethodView

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.idempotency.steps import idempotent_in_steps, request_name
from agency.foundation.tenancy import scope
from wallet.billing_accounts.queries import payer_of
from wallet.payment_methods import operations, queries, setups
from wallet.payment_methods.models import PaymentMethod
from wallet.payment_methods.schemas import (
    BackupOrder,
    CardAnswer,
    CardList,
    DetachQuery,
    NewCard,
    listed,
    when_given,
)

resources = api("payment-methods", __name__, description="The cards that a sub-account pays its agency with.")
CARDS = "/sub-accounts/<id(sac):sub_account_id>/payment-methods"
SETUPS = UUID("5c1d7a52-6f0e-4c77-9d8a-2f4f6b1a90e3")
CARD = f"{CARDS}/<id(crd):card_id>"


@resources.route(CARDS)
class Cards(MethodView):
    @resources.response(200, CardList)
    @permits("payment_methods.read")
    def get(self, sub_account_id: UUID) -> dict[str, Any]:
        """List cards: the primary first, then the named backups in their order."""
        return listed(list(queries.cards(payer_of(sub_account_id).id)))

    @idempotent_in_steps
    @resources.arguments(NewCard)
    @resources.response(201, CardAnswer)
    @permits("payment_methods.manage")
    def post(self, body: dict[str, Any], sub_account_id: UUID) -> PaymentMethod:
        """Attach a card by the token that your page made of it."""
        now = clock.now()
        with transaction():
            setup = setups.request_setup(
                payer_of(sub_account_id),
                _consent(body["consent"]),
                token=body["token"],
                setup_id=_setup_id(),
                now=now,
            )
        setups.begin(setup.id, now=now)
        card = setups.finish(setup.id, now=now)
        if card is None:
            raise setups.CardUnfinished
        return card


@resources.route(f"{CARDS}/backups")
class Backups(MethodView):
    @resources.arguments(BackupOrder)
    @resources.response(200, CardList)
    @permits("payment_methods.manage")
    def put(self, body: dict[str, Any], sub_account_id: UUID) -> dict[str, Any]:
        """Name the cards to try when the primary is refused; none else is ever tried."""
        payer = payer_of(sub_account_id)
        with transaction():
            backups = [queries.card(card_id, payer_id=payer.id) for card_id in body["payment_methods"]]
            operations.name_backups(payer.id, backups, by=current_actor(), now=clock.now())
        return listed(list(queries.cards(payer.id)))


@resources.route(CARD)
class OneCard(MethodView):
    @resources.response(200, CardAnswer)
    @permits("payment_methods.read")
    def get(self, sub_account_id: UUID, card_id: UUID) -> PaymentMethod:
        """One card."""
        return queries.card(card_id, payer_id=payer_of(sub_account_id).id)

    @resources.arguments(DetachQuery, location="query")
    @resources.response(204)
    @permits("payment_methods.manage")
    def delete(self, query: dict[str, bool], sub_account_id: UUID, card_id: UUID) -> None:
        """Detach a card. One that an armed recharge rule needs asks for `confirm=true`."""
        with transaction():
            card = queries.card(card_id, payer_id=payer_of(sub_account_id).id)
            operations.detach(card, confirmed=query["confirm"], by=current_actor(), now=clock.now())


@resources.route(f"{CARD}/primary")
class Primary(MethodView):
    @resources.response(200, CardAnswer)
    @permits("payment_methods.manage")
    def put(self, sub_account_id: UUID, card_id: UUID) -> PaymentMethod:
        """Charge this card first from now on."""
        with transaction():
            card = queries.card(card_id, payer_id=payer_of(sub_account_id).id)
            operations.make_primary(card, by=current_actor(), now=clock.now())
        return card


def _setup_id() -> UUID | None:
    """The same for every request with one key, so that a repeated one goes on with the setup of the first."""
    name = request_name()
    return None if name is None else uuid5(SETUPS, f"{scope.agency_id()}/{name}")


def _consent(given: dict[str, Any]) -> setups.Consent:
    return setups.Consent(
        text=given["text"],
        by=given["given_by"],
        at=when_given(given, clock.now()),
        address=request.remote_addr,
    )
