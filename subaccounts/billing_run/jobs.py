"""Renewals and tries again, as they fall due: by the schedule for live agencies, by its clock for a sandbox."""

import logging
from datetime import datetime
from uuid import UUID

from agency.foundation import clock
from agency.foundation.database.session import session, transaction
from agency.foundation.due.sources import DueSource, moments, one_by_one
from agency.foundation.jobs.registry import job
from subaccounts.billing_run.models import AmountDue
from subaccounts.billing_run.operations.last_usage import (
    LAST_USAGE,
    bill_last_usage,
    clients_with_last_usage,
)
from subaccounts.billing_run.operations.parking import park, reason_of, unpark
from subaccounts.billing_run.operations.paying import go_on
from subaccounts.billing_run.operations.running import run
from subaccounts.billing_run.operations.withdrawing import withdraw_late
from subaccounts.subscriptions.models.subscriptions import Subscription

log = logging.getLogger(__name__)


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


run_retries = one_by_one(AmountDue.id, AmountDue.retry_at, go_on)
DUE = [
    DueSource("billing", moments(Subscription.next_billing_at, Subscription.parked_at.is_(None)), run),
    DueSource("parked clients", moments(Subscription.parked_until), try_parked),
    DueSource("last usage", LAST_USAGE, run_last_usage),
    DueSource("unpaid bills", moments(AmountDue.retry_at), run_retries),
]
