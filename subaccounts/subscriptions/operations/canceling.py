"""A subscription ends: with the period that is paid, or at once."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from agency.foundation import events, ids
from agency.foundation.actor import PLATFORM, Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from subaccounts.subscriptions.billing import change_bill
from subaccounts.subscriptions.bills import Bill
from subaccounts.subscriptions.events import SubscriptionCanceling
from subaccounts.subscriptions.holdings import Holding, holding
from subaccounts.subscriptions.models.course import Happened, SubscriptionCancellation
from subaccounts.subscriptions.models.subscriptions import State, Subscription
from subaccounts.subscriptions.operations.advancing import end, set_cursor
from subaccounts.subscriptions.operations.changing import SubscriptionOver, locked
from subaccounts.subscriptions.operations.outcome import Outcome
from subaccounts.subscriptions.operations.pausing import open_pause
from subaccounts.subscriptions.rules.conventions import TakesEffect
from subaccounts.subscriptions.rules.endings import credit_unused
from subaccounts.subscriptions.rules.proration import Line


class AlreadyEnding(DomainError):
    message = _l("This subscription is to end already.")


class NotEnding(DomainError):
    message = _l("No cancellation of this subscription is waiting.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CancellationPreview:
    """When it would end, and the credit for what is not used."""

    ends_at: datetime
    bill: Bill


def preview_cancellation(subscription: Subscription, when: TakesEffect, *, now: datetime) -> CancellationPreview:
    """What a cancellation would do; stores nothing."""
    return _ending(holding(subscription), when, now=now, occasion="preview")


def cancel(
    subscription: Subscription, when: TakesEffect, *, reason: str, by: Actor, now: datetime
) -> SubscriptionCancellation:
    """End it: with the period that runs, which is used to its end, or now, with credit for the rest.

    Raises:
        SubscriptionOver, AlreadyEnding
    """
    held = holding(locked(subscription.id))
    waiting = waiting_cancellation(subscription)
    if waiting is not None and when is TakesEffect.PERIOD_END:
        raise AlreadyEnding
    if waiting is not None:
        waiting.withdrawn_at, waiting.withdrawn_by = now, by.name
        session.flush()
    row = SubscriptionCancellation(
        id=ids.new_id(),
        sub_account_id=subscription.sub_account_id,
        subscription_id=subscription.id,
        reason=reason,
        requested_at=now,
        requested_by=by.name,
    )
    ending = _ending(held, when, now=now, occasion=str(row.id))
    row.ends_at = ending.ends_at
    outcome = Outcome()
    outcome.rows.append(row)
    if ending.ends_at <= now:
        _end_now(held, ending, outcome, by=by, now=now)
    else:
        subscription.ends_at = ending.ends_at
        set_cursor(held)
        outcome.tell(subscription, Happened.CANCELLATION_PLANNED, at=now, by=by.name, note=reason)
    after = {"reason": reason, "ends_at": ending.ends_at.isoformat()}
    record("subscription.canceled", subscription, by=by, now=now, after=after, sub_account_id=row.sub_account_id)
    outcome.write(now=now)
    return row


def cancel_unpaid(subscription: Subscription, *, reason: str, now: datetime) -> None:
    """Every try to collect has failed, and the agency's policy is to end it."""
    if not locked(subscription.id).is_over:
        cancel(subscription, TakesEffect.NOW, reason=reason, by=PLATFORM, now=now)


def withdraw_cancellation(subscription: Subscription, *, by: Actor, now: datetime) -> None:
    """It goes on after all.

    Raises:
        NotEnding: none is waiting, or it has ended.
    """
    held = holding(locked(subscription.id))
    row = waiting_cancellation(subscription)
    if row is None or held.subscription.is_over:
        raise NotEnding
    row.withdrawn_at, row.withdrawn_by = now, by.name
    subscription.ends_at = None
    set_cursor(held)
    outcome = Outcome()
    outcome.tell(subscription, Happened.CANCELLATION_WITHDRAWN, at=now, by=by.name)
    record("subscription.cancellation_withdrawn", subscription, by=by, now=now, sub_account_id=row.sub_account_id)
    outcome.write(now=now)


def waiting_cancellation(subscription: Subscription) -> SubscriptionCancellation | None:
    return session.scalar(
        select(SubscriptionCancellation).where(
            SubscriptionCancellation.subscription_id == subscription.id,
            SubscriptionCancellation.withdrawn_at.is_(None),
        )
    )


def _ending(held: Holding, when: TakesEffect, *, now: datetime, occasion: str) -> CancellationPreview:
    row = held.subscription
    if row.is_over:
        raise SubscriptionOver
    rests = row.state is State.PAUSED
    ends_at = now if when is TakesEffect.NOW or rests else max(row.current_end, now)
    # A paused one gave its credit with the pause, a trial was not paid, and a period's end leaves nothing.
    gives_back = ends_at <= now and row.first_billed_at is not None and not _credited(row)
    lines: tuple[Line, ...] = ()
    if gives_back:
        lines = credit_unused(
            held.terms.components(as_paid=True),
            row.current,
            at=now,
            conventions=row.conventions,
            zone=row.zone,
            currency=row.currency,
            trial_ended=row.trial_ends_at,
        )
    return CancellationPreview(ends_at=ends_at, bill=change_bill(held, held.terms, lines, occasion=occasion, at=now))


def _credited(row: Subscription) -> bool:
    """Whether a pause has shortened what was billed to what was used."""
    return row.state is State.PAUSED and row.current_end < row.current.whole.end


def _end_now(held: Holding, ending: CancellationPreview, outcome: Outcome, *, by: Actor, now: datetime) -> None:
    row = held.subscription
    events.publish(SubscriptionCanceling(subscription=row, at=now))
    rests = open_pause(row)
    if rests is not None:
        rests.ended_at, rests.ended_by = now, by.name
    outcome.bill(ending.bill)
    end(held, at=now, outcome=outcome, by=by.name, bill=ending.bill)
