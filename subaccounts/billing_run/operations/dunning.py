"""What follows when a bill is not paid: tries again by the card's budget, then a pause or the end."""

from datetime import datetime

from agency.foundation.database.session import session
from subaccounts.billing_run.models import AmountDue, DueState
from subaccounts.billing_run.queries import dues, subscriptions_of
from subaccounts.subscriptions.models.course import Happened
from subaccounts.subscriptions.models.subscriptions import Collection, State, Subscription, Unpaid
from subaccounts.subscriptions.operations.canceling import cancel_unpaid
from subaccounts.subscriptions.operations.outcome import Outcome
from subaccounts.subscriptions.operations.pausing import pause_unpaid
from wallet.charges.rules import DeclineClass, next_try

UNPAID = "unpaid"


def refused(due: AmountDue, decline: DeclineClass, *, code: str | None, now: datetime) -> None:
    """It was not paid this time. A failure of ours is tried again and tells nobody."""
    due.decline_class, due.decline_code = decline, code
    if decline is DeclineClass.OURS:
        due.failures += 1
        due.retry_at = next_try(decline, declines=due.failures, at=now)
    else:
        due.declines += 1
        due.retry_at = next_try(decline, declines=due.declines, at=now)
        fall_behind(due, now=now)
    due.state = DueState.RETRYING
    if due.retry_at is None:
        give_up(due, now=now)


def give_up(due: AmountDue, *, now: datetime) -> None:
    """Every try was used: what the terms of each of its subscriptions say of it happens."""
    due.state, due.ended_at, due.retry_at = DueState.STOPPED, now, None
    session.flush()
    for row in subscriptions_of(due.id):
        _end_or_pause(row, now=now)


def _end_or_pause(row: Subscription, *, now: datetime) -> None:
    if row.unpaid is Unpaid.CANCEL or row.ends_at is not None:
        cancel_unpaid(row, reason=UNPAID, now=now)
    else:
        pause_unpaid(row, reason=UNPAID, now=now)


def stop(row: Subscription, *, now: datetime) -> list[AmountDue]:
    """Ask for nothing more of a subscription, unless others that go on are on its bill; an invoice stays as it is.

    Answers what was asked for: its charges are to be withdrawn.
    """
    stopped = []
    for due in dues(row, DueState.COLLECTING, DueState.RETRYING):
        if any(not other.is_over for other in subscriptions_of(due.id) if other.id != row.id):
            continue
        due.state, due.ended_at, due.retry_at = DueState.STOPPED, now, None
        stopped.append(due)
    session.flush()
    return stopped


def start_again(row: Subscription, *, now: datetime) -> None:
    """Ask once more for what was given up."""
    for due in dues(row, DueState.STOPPED):
        if due.collection is not Collection.INVOICE:
            due.state, due.ended_at, due.retry_at, due.declines = DueState.RETRYING, None, now, 0


def fall_behind(due: AmountDue, *, now: datetime) -> None:
    """Its subscriptions are past due from here on."""
    outcome = Outcome()
    for row in subscriptions_of(due.id):
        if row.state is State.ACTIVE:
            row.state = State.PAST_DUE
            outcome.tell(row, Happened.PAST_DUE, at=now)
    outcome.write(now=now)
