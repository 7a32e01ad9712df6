"""What goes out to the processor after a commit, and confirmations nobody gave."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from agency.foundation import clock
from agency.foundation.database.session import session, transaction
from agency.foundation.due.sources import DueSource, moments, one_by_one
from agency.foundation.jobs.registry import job
from agency.foundation.tenancy import scope
from subaccounts.payments.booking import PAYMENT
from subaccounts.payments.models.payments import Payment
from subaccounts.payments.models.refunds import PaymentRefund, RefundState
from subaccounts.payments.operations.refunding import locked_refund, refused
from wallet.charges.jobs import give_back
from wallet.charges.models import Refund
from wallet.charges.operations import RefundTooLarge, abandon, request_refund
from wallet.charges.queries import charge, charge_of

SOURCE = "payment_refund"


@job(queue="money")
def send_refund(*, refund_id: str) -> None:
    """Ask the door to give the money back, once, and wait for its answer."""
    with scope.of_agency(scope.agency_id()):
        with transaction():
            asked = _asked(UUID(refund_id), now=clock.now())
        if asked is not None:
            give_back(refund_id=str(asked))


def _asked(refund_id: UUID, *, now: datetime) -> UUID | None:
    """The door's own refund; None where it is over. A charge that has too little left refuses it for good."""
    row = session.get_one(PaymentRefund, (scope.agency_id(), refund_id), populate_existing=True)
    if row.state is not RefundState.PROCESSING or row.charge_id is None:
        return None
    door = session.scalar(select(Refund.id).where(Refund.source_type == SOURCE, Refund.source_id == row.id))
    if door is not None:
        return door
    try:
        return request_refund(
            charge(row.charge_id), row.amount, source_type=SOURCE, source_id=row.id, collects=True, now=now
        ).id
    except RefundTooLarge as refusal:
        payment, refund = locked_refund(row.id)
        refused(payment, refund, refusal.code, now=now)
        return None


def _give_up(payment_id: UUID, *, now: datetime) -> None:
    """The processor may take its time to withdraw it; it is asked for once."""
    found = charge_of(PAYMENT, payment_id)
    if found is not None and not abandon(found, now=now):
        session.get_one(Payment, (scope.agency_id(), payment_id)).due_at = None


DUE = DueSource("unconfirmed payments", moments(Payment.due_at), one_by_one(Payment.id, Payment.due_at, _give_up))
