"""Claim (commit), call with the row's own key, settle (commit); and the sweep that finishes what was left."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Row, select, update

from agency.foundation import clock
from agency.foundation.database.session import session, transaction
from agency.foundation.jobs.registry import job
from agency.foundation.tenancy import scope
from wallet.charges.claims import ClaimedCharge, ClaimedRefund, claim_charge, claim_refund
from wallet.charges.models import AttemptState, ChargeAttempt, Refund, RefundState
from wallet.charges.settlements import settle_charge, settle_refund
from wallet.stripe_gateway import charging, refunding
from wallet.stripe_gateway.outcomes import ChargeOutcome, RefundOutcome

BATCH = 500
# Swept rows wait this long for their job before a sweep sends another.
SWEPT_FOR = timedelta(minutes=1)


class CalledInsideTransaction(RuntimeError):
    """The processor was to be called while a transaction was open, so the claim was not kept: a mistake of ours."""


@job(queue="money")
def collect(*, attempt_id: str) -> None:
    """Try the card, or find out what became of the try. Safe at any moment, any number of times, by any number."""
    _outside_transactions()
    with scope.of_agency(scope.agency_id()):
        with transaction():
            claimed = claim_charge(UUID(attempt_id), now=clock.now(), wall=clock.wall())
        if claimed is None:
            return
        outcome = _call(claimed, now=clock.wall())
        with transaction():
            settle_charge(UUID(attempt_id), outcome, now=clock.now(), wall=clock.wall())


@job(queue="money")
def give_back(*, refund_id: str, even_settled: bool = False) -> None:
    """The same for a refund; one that had settled is looked at again when the processor says it came back."""
    _outside_transactions()
    with scope.of_agency(scope.agency_id()):
        with transaction():
            claimed = claim_refund(UUID(refund_id), even_settled=even_settled, wall=clock.wall())
        if claimed is None:
            return
        outcome = _call_refund(claimed, now=clock.wall())
        with transaction():
            settle_refund(UUID(refund_id), outcome, now=clock.now(), wall=clock.wall())


def sweep(wall: datetime) -> None:
    """Send again every charge and refund, of any agency, that should have been looked at by now."""
    for agency_id, attempt_id in _due(ChargeAttempt, [state for state in AttemptState if state.is_open], wall):
        with _put_off(ChargeAttempt, agency_id, attempt_id, wall):
            collect.later(attempt_id=str(attempt_id))
    for agency_id, refund_id in _due(Refund, [state for state in RefundState if state.is_open], wall):
        with _put_off(Refund, agency_id, refund_id, wall):
            give_back.later(refund_id=str(refund_id))


Swept = type[ChargeAttempt] | type[Refund]


def _due(row: Swept, open_states: Sequence[StrEnum], wall: datetime) -> Sequence[Row[UUID, UUID]]:
    with scope.all_tenants(), transaction():
        return session.execute(
            select(row.agency_id, row.id).where(row.state.in_(open_states), row.look_at <= wall).limit(BATCH)
        ).all()


@contextmanager
def _put_off(row: Swept, agency_id: UUID, row_id: UUID, wall: datetime) -> Iterator[None]:
    with scope.of_agency(agency_id), transaction():
        session.execute(update(row).where(row.id == row_id).values(look_at=wall + SWEPT_FOR))
        yield


def _call(claimed: ClaimedCharge, *, now: datetime) -> ChargeOutcome:
    if claimed.sent_at is None:
        return charging.charge(claimed.order)
    if claimed.is_unwanted:
        return charging.withdraw(claimed.order, sent_at=claimed.sent_at, now=now)
    return charging.find_charge(claimed.order, sent_at=claimed.sent_at, now=now)


def _call_refund(claimed: ClaimedRefund, *, now: datetime) -> RefundOutcome:
    if claimed.sent_at is None:
        return refunding.refund(claimed.order)
    return refunding.find_refund(claimed.order, sent_at=claimed.sent_at, now=now)


def _outside_transactions() -> None:
    """End a request's reading; refuse to go on inside its writing."""
    if session.info.get("in_transaction_block"):
        raise CalledInsideTransaction
    with transaction():
        pass
