"""Renewals and tries again, as they fall due: by the schedule for live agencies, by its clock for a sandbox."""

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from agency.foundation import clock
from agency.foundation.database.session import session, transaction
from agency.foundation.due.sources import DueSource, each_apart
from agency.foundation.jobs.registry import job
from subaccounts.billing_run.models import AmountDue
from subaccounts.billing_run.operations.last_usage import (
    agencies_with_last_usage,
    bill_last_usage,
    clients_with_last_usage,
    next_last_usage,
)
from subaccounts.billing_run.operations.parking import park, reason_of, unpark
from subaccounts.billing_run.operations.paying import go_on
from subaccounts.billing_run.operations.running import run
from subaccounts.billing_run.operations.withdrawing import withdraw_late
from subaccounts.billing_run.queries import next_billing, next_retry, next_unparking, retries
from subaccounts.subscriptions.models.subscriptions import Subscription

log = logging.getLogger(__name__)


def run_billing(now: datetime) -> None:
    run(now)


def _agencies_billing(now: datetime) -> Sequence[UUID]:
    due = select(Subscription.agency_id).where(Subscription.next_billing_at <= now, Subscription.parked_at.is_(None))
    return session.scalars(due.distinct()).all()


def try_parked(now: datetime) -> None:
    with transaction():
        unpark(by=now)
    run(now)


def run_last_usage(now: datetime) -> None:
    """Each client in a transaction of its own, so that one that fails is parked and holds up no other."""
    with transaction():
        due = clients_with_last_usage(now)
    for subscription_ids in due.values():
        try:
            with transaction():
                bill_last_usage(subscription_ids, now=now)
        except Exception as error:
            log.exception("The last usage of a client could not be invoiced and is parked.")
            park(subscription_ids, reason_of(error), now=now)
        session.expunge_all()


def _agencies_parked(now: datetime) -> Sequence[UUID]:
    return session.scalars(select(Subscription.agency_id).where(Subscription.parked_until <= now).distinct()).all()


@job(queue="money")
def bill_again(*, sub_account_id: str) -> None:
    """A person asked for a parked client to be tried at once."""
    with transaction():
        unpark(sub_account_id=UUID(sub_account_id))
    run(clock.now())


@job(queue="money")
def withdraw_charge(*, due_id: str) -> None:
    """It was in other hands when what it is for was paid, or asked for no more."""
    with transaction():
        withdraw_late(UUID(due_id), now=clock.now())


def run_retries(now: datetime) -> None:
    with transaction():
        due = retries(now)
    each_apart(due, lambda due_id: go_on(due_id, now=now))


def _agencies_retrying(now: datetime) -> Sequence[UUID]:
    return session.scalars(select(AmountDue.agency_id).where(AmountDue.retry_at <= now).distinct()).all()


DUE = [
    DueSource("billing", next_billing, run_billing, _agencies_billing),
    DueSource("parked clients", next_unparking, try_parked, _agencies_parked),
    DueSource("last usage", next_last_usage, run_last_usage, agencies_with_last_usage),
    DueSource("unpaid bills", next_retry, run_retries, _agencies_retrying),
]
