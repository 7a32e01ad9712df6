from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.tenancy import scope
from wallet.charges.models import AttemptState, Charge, ChargeAttempt, Refund

OPEN = [state for state in AttemptState if state.is_open]


def charge(charge_id: UUID) -> Charge:
    """One of the agency's.

    Raises:
        NotFound: no such, another agency's, or outside the narrowed scope.
    """
    found = session.get(Charge, (scope.agency_id(), charge_id))
    if found is None:
        raise NotFound
    return found


def charge_of(source_type: str, source_id: UUID) -> Charge | None:
    """The charge that a top-up, a recharge or a payment asked for."""
    return session.scalar(select(Charge).where(Charge.source_type == source_type, Charge.source_id == source_id))


def attempt(attempt_id: UUID) -> ChargeAttempt:
    """As it stands in the database now, whoever changed it."""
    return session.get_one(ChargeAttempt, (scope.agency_id(), attempt_id), populate_existing=True)


def open_attempt(charge_id: UUID) -> ChargeAttempt | None:
    return session.scalar(
        select(ChargeAttempt).where(ChargeAttempt.charge_id == charge_id, ChargeAttempt.state.in_(OPEN))
    )


def is_any_unanswered(merchant_account_id: UUID, *, sent_before: datetime) -> bool:
    """Whether a charge of the account that was sent by a moment (the wall's) still waits for the processor's answer."""
    asked = select(ChargeAttempt.id).join(Charge, Charge.id == ChargeAttempt.charge_id)
    sent = ChargeAttempt.state.in_(OPEN) & (ChargeAttempt.sent_at <= sent_before)
    return bool(session.scalar(select(asked.where(Charge.merchant_account_id == merchant_account_id, sent).exists())))


def attempts(charge_id: UUID) -> Sequence[ChargeAttempt]:
    """Every try, the first one first."""
    return session.scalars(
        select(ChargeAttempt).where(ChargeAttempt.charge_id == charge_id).order_by(ChargeAttempt.number)
    ).all()


def refunds(charge_id: UUID) -> Sequence[Refund]:
    return session.scalars(select(Refund).where(Refund.charge_id == charge_id).order_by(Refund.id)).all()
