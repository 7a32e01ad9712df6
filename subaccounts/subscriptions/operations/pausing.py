"""A subscription rests, and goes on."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from agency.foundation import events, ids
from agency.foundation.actor import PLATFORM, Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.foundation.money import Money
from subaccounts.subscriptions.billing import change_bill
from subaccounts.subscriptions.bills import Bill
from subaccounts.subscriptions.events import UnpaidPauseLifted
from subaccounts.subscriptions.holdings import Holding, holding
from subaccounts.subscriptions.models.course import ChangeState, Happened, PauseKind, SubscriptionPause
from subaccounts.subscriptions.models.subscriptions import State, Subscription
from subaccounts.subscriptions.operations.advancing import advance, set_cursor
from subaccounts.subscriptions.operations.changing import SubscriptionOver, SubscriptionPaused, locked
from subaccounts.subscriptions.operations.outcome import Outcome
from subaccounts.subscriptions.rules.endings import credit_unused, used_until
from subaccounts.subscriptions.rules.proration import counted_from


class NotPaused(DomainError):
    message = _l("This subscription is not paused.")


class EndsSoon(DomainError):
    message = _l("This subscription is to end. Withdraw its cancellation first.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PausePreview:
    """Until when what was paid is used, and the credit for the rest."""

    used_until: datetime
    bill: Bill


def preview_pause(subscription: Subscription, *, now: datetime) -> PausePreview:
    """What a pause now would do; stores nothing."""
    return _paused(holding(subscription), now=now, occasion="preview")


def pause(subscription: Subscription, *, reason: str, by: Actor, now: datetime) -> SubscriptionPause:
    """Bill nothing until it is resumed; what was paid ahead and is not used becomes credit of the account.

    Raises:
        SubscriptionOver, SubscriptionPaused, EndsSoon
    """
    held = holding(locked(subscription.id))
    row = _open(held, PauseKind.ASKED, reason=reason, by=by, now=now)
    previewed = _paused(held, now=now, occasion=str(row.id))
    outcome = Outcome()
    outcome.rows.append(row)
    if held.subscription.state is not State.TRIALING:
        subscription.current_end = previewed.used_until
        outcome.bill(previewed.bill)
    _rest(held, outcome, by=by, now=now, note=reason, bill=previewed.bill)
    record(
        "subscription.paused",
        subscription,
        by=by,
        now=now,
        after={"reason": reason},
        sub_account_id=subscription.sub_account_id,
    )
    outcome.write(now=now)
    return row


def pause_unpaid(subscription: Subscription, *, reason: str, now: datetime) -> None:
    """Every try to collect has failed: what was billed stays owed, nothing more is billed."""
    held = holding(locked(subscription.id))
    if not held.subscription.runs:
        return
    outcome = Outcome()
    outcome.rows.append(_open(held, PauseKind.UNPAID, reason=reason, by=PLATFORM, now=now))
    _rest(held, outcome, by=PLATFORM, now=now, note=reason)
    record("subscription.paused", subscription, by=PLATFORM, now=now, sub_account_id=subscription.sub_account_id)
    outcome.write(now=now)


def resume(subscription: Subscription, *, by: Actor, now: datetime) -> None:
    """Go on: from today, or from where what was paid ends; the periods keep their boundaries.

    Raises:
        NotPaused
    """
    held = holding(locked(subscription.id))
    row = open_pause(subscription)
    if row is None or held.subscription.state is not State.PAUSED:
        raise NotPaused
    row.ended_at, row.ended_by = now, by.name
    was_unpaid = row.kind is PauseKind.UNPAID
    outcome = Outcome()
    go_on(held, is_past_due=was_unpaid, now=now)
    worth = None if subscription.state is State.TRIALING else held.terms.recurring(subscription.currency)
    outcome.tell(subscription, Happened.RESUMED, at=now, by=by.name, recurring=worth)
    advance(held, by=now, outcome=outcome)
    record("subscription.resumed", subscription, by=by, now=now, sub_account_id=subscription.sub_account_id)
    outcome.write(now=now)
    if was_unpaid:
        events.publish(UnpaidPauseLifted(subscription=subscription, at=now))


def go_on(held: Holding, *, is_past_due: bool, now: datetime) -> None:
    """Set the cursor to where billing begins again; a trial goes on as a trial."""
    row = held.subscription
    in_trial = row.first_billed_at is None and row.trial_ends_at is not None and now < row.trial_ends_at
    row.state = State.PAST_DUE if is_past_due else State.ACTIVE
    if in_trial:
        row.state = State.TRIALING
    row.resumptions += 1
    begins = max(counted_from(now, row.conventions, row.zone), row.current_end)
    _put_off(held, since=row.current_end, to=begins, now=now)
    row.current_end = begins
    if row.next_credits_at is not None:
        row.next_credits_at = max(row.next_credits_at, begins)
    set_cursor(held)


def _put_off(held: Holding, *, since: datetime, to: datetime, now: datetime) -> None:
    """A change planned for a time in which nothing was billed counts from its end: of several the last."""
    late = [change for change in held.planned if since <= change.at <= to]
    for overtaken in late[:-1]:
        overtaken.state, overtaken.ended_at = ChangeState.WITHDRAWN, now
        held.planned.remove(overtaken)
    session.flush()
    if late:
        late[-1].at = to


def open_pause(subscription: Subscription) -> SubscriptionPause | None:
    return session.scalar(
        select(SubscriptionPause).where(
            SubscriptionPause.subscription_id == subscription.id, SubscriptionPause.ended_at.is_(None)
        )
    )


def _open(held: Holding, kind: PauseKind, *, reason: str, by: Actor, now: datetime) -> SubscriptionPause:
    row = held.subscription
    if row.is_over:
        raise SubscriptionOver
    if row.state is State.PAUSED:
        raise SubscriptionPaused
    if row.ends_at is not None:
        raise EndsSoon
    return SubscriptionPause(
        id=ids.new_id(),
        sub_account_id=row.sub_account_id,
        subscription_id=row.id,
        kind=kind,
        reason=reason,
        began_at=now,
        began_by=by.name,
    )


def _paused(held: Holding, *, now: datetime, occasion: str) -> PausePreview:
    row = held.subscription
    if row.state is State.TRIALING:
        return PausePreview(used_until=row.current_end, bill=change_bill(held, held.terms, (), occasion="", at=now))
    until = min(max(used_until(now, row.conventions, row.zone), row.current_start), row.current_end)
    lines = credit_unused(
        held.terms.components(as_paid=True),
        row.current,
        at=now,
        conventions=row.conventions,
        zone=row.zone,
        currency=row.currency,
    )
    return PausePreview(used_until=until, bill=change_bill(held, held.terms, lines, occasion=occasion, at=now))


def _rest(held: Holding, outcome: Outcome, *, by: Actor, now: datetime, note: str, bill: Bill | None = None) -> None:
    row = held.subscription
    row.state = State.PAUSED
    set_cursor(held)
    nothing = Money.zero(row.currency)
    outcome.tell(row, Happened.PAUSED, at=now, by=by.name, note=note, bill=bill, recurring=nothing)
