"""Rows about cards for the matrix; the processor is not asked here. Funds have put a card on file before."""

from uuid import UUID

from sqlalchemy import select

from agency.foundation import clock
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from tests.walls.world import Side
from wallet.merchant_accounts.operations import of_agency
from wallet.payment_methods.models import CardSetup, PaymentMethod
from wallet.stripe_webhooks.models import ProcessorEvent


def on_file(side: Side) -> UUID:
    with scope.of_agency(side.agency.id), transaction():
        return session.scalars(select(PaymentMethod.id)).first()


def setup(side: Side) -> UUID:
    now = clock.wall()
    with scope.of_agency(side.agency.id), transaction():
        card = session.scalars(select(PaymentMethod)).first()
        begun = CardSetup(
            sub_account_id=side.sub_account.id,
            processor_customer_id=card.processor_customer_id,
            consent_text="Charge this card.",
            consented_at=now,
            consented_by="Ana Ruiz",
        )
        session.add(begun)
    return begun.id


def processor_event(side: Side) -> UUID:
    now = clock.wall()
    with scope.of_agency(side.agency.id), transaction():
        event = ProcessorEvent(
            merchant_account_id=of_agency(now=now).id,
            stripe_event="evt_walls",
            kind="charge.succeeded",
            body={},
            received_at=now,
        )
        session.add(event)
    return event.id
