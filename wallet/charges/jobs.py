"""Claim (commit), call with the row's own key, settle (commit); and the sweep that finishes what was left."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select, update

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
COLLECTED_BY_JOB = 250
CALLS_AT_ONCE = 8
# The processor may take many seconds for each of a set; an attempt's own lease ends sooner, and the sweep has it.
SET_LEASE = timedelta(minutes=10)
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


@job(queue="money", lease=SET_LEASE)
def collect_set(*, attempt_ids: list[str]) -> None:
    """The same for many, some at once; one that fails holds up no other, and has the whole job tried again."""
    _outside_transactions()
    with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
        works = [pool.submit(copy_context().run, _collect_apart, attempt_id) for attempt_id in attempt_ids]
    for work in works:
        work.result()


def collect_later(attempt_ids: Sequence[UUID], *, wait: timedelta = timedelta()) -> None:
    """Have attempts collected after the commit, by as few jobs as their number allows."""
    if len(attempt_ids) == 1:
        collect.later(attempt_id=str(attempt_ids[0]), wait=wait)
        return
    for start in range(0, len(attempt_ids), COLLECTED_BY_JOB):
        batch = attempt_ids[start : start + COLLECTED_BY_JOB]
        collect_set.later(attempt_ids=[str(attempt_id) for attempt_id in batch], wait=wait)


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
    for agency_id, attempt_ids in _due(ChargeAttempt, [state for state in AttemptState if state.is_open], wall):
        with _put_off(ChargeAttempt, agency_id, attempt_ids, wall):
            collect_later(attempt_ids)
    for agency_id, refund_ids in _due(Refund, [state for state in RefundState if state.is_open], wall):
        with _put_off(Refund, agency_id, refund_ids, wall):
            for refund_id in refund_ids:
                give_back.later(refund_id=str(refund_id))


Swept = type[ChargeAttempt] | type[Refund]


def _due(row: Swept, open_states: Sequence[StrEnum], wall: datetime) -> Iterable[tuple[UUID, list[UUID]]]:
    with scope.all_tenants(), transaction():
        found = session.execute(
            select(row.agency_id, row.id).where(row.state.in_(open_states), row.look_at <= wall).limit(BATCH)
        ).all()
    of_agency: dict[UUID, list[UUID]] = defaultdict(list)
    for agency_id, row_id in found:
        of_agency[agency_id].append(row_id)
    return of_agency.items()


@contextmanager
def _put_off(row: Swept, agency_id: UUID, row_ids: Sequence[UUID], wall: datetime) -> Iterator[None]:
    with scope.of_agency(agency_id), transaction():
        session.execute(update(row).where(row.id.in_(row_ids)).values(look_at=wall + SWEPT_FOR))
        yield


def _collect_apart(attempt_id: str) -> None:
    """In a thread of the set, which has a session of its own."""
    try:
        collect(attempt_id=attempt_id)
    finally:
        session.remove()


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
