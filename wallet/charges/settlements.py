"""Settle: write down how a call ended, with everything that follows from it. The last of three steps."""

import logging
from datetime import datetime
from uuid import UUID

from agency.foundation import events
from agency.foundation.database.session import session
from agency.foundation.tenancy import scope
from wallet.charges.claims import locked, locked_charge
from wallet.charges.events import (
    ChargeAbandoned,
    ChargeDeclined,
    ChargeNeedsAuthentication,
    ChargePending,
    ChargeSettled,
    RefundFailed,
    RefundSettled,
)
from wallet.charges.models import (
    AttemptState,
    Charge,
    ChargeAttempt,
    ChargeState,
    Refund,
    RefundState,
)
from wallet.charges.rules import classify, next_look
from wallet.stripe_gateway.outcomes import (
    ChargeOutcome,
    Declined,
    NeedsAuthentication,
    Processing,
    Refunded,
    RefundOutcome,
    RefundPending,
    RefundRefused,
    Settled,
    Unknown,
)

log = logging.getLogger(__name__)


def settle_charge(attempt_id: UUID, outcome: ChargeOutcome, *, now: datetime, wall: datetime) -> None:
    """Move the attempt and its charge to what the outcome says, and tell those above.

    An attempt that is over stays as it is, so that an answer, a webhook and a sweep may bring the same news.
    """
    charge, attempt = locked(attempt_id)
    if not attempt.state.is_open:
        if isinstance(outcome, Settled) and attempt.state is not AttemptState.SETTLED:
            log.error("Attempt %s was %s and has charged its card.", attempt.public_id, attempt.state)
        return
    attempt.lease_until = None
    match outcome:
        case Settled():
            _settled(charge, attempt, outcome, now=now)
        case Declined():
            _declined(charge, attempt, outcome, now=now)
        case NeedsAuthentication():
            attempt.stripe_intent = outcome.intent
            _wait(charge, attempt, AttemptState.NEEDS_AUTHENTICATION, now=now, wall=wall)
        case Processing():
            attempt.stripe_intent = outcome.intent
            _wait(charge, attempt, AttemptState.PROCESSING, now=now, wall=wall)
        case Unknown():
            known = attempt.stripe_intent is not None
            _wait(charge, attempt, attempt.state if known else AttemptState.UNKNOWN, now=now, wall=wall)


def _settled(charge: Charge, attempt: ChargeAttempt, outcome: Settled, *, now: datetime) -> None:
    attempt.state, attempt.ended_at, attempt.stripe_intent = AttemptState.SETTLED, now, outcome.intent
    charge.state, charge.settled_at = ChargeState.SETTLED, now
    charge.stripe_intent, charge.stripe_charge = outcome.intent, outcome.charge
    session.flush()
    events.publish(ChargeSettled(charge=charge, attempt=attempt, at=now))


def _declined(charge: Charge, attempt: ChargeAttempt, outcome: Declined, *, now: datetime) -> None:
    attempt.ended_at = now
    attempt.stripe_intent = outcome.intent or attempt.stripe_intent
    if charge.unwanted_since is not None:
        attempt.state, charge.state = AttemptState.ABANDONED, ChargeState.ABANDONED
        session.flush()
        events.publish(ChargeAbandoned(charge=charge, at=now))
        return
    attempt.state, charge.state = AttemptState.DECLINED, ChargeState.DECLINED
    attempt.decline_class = classify(*outcome.codes)
    attempt.decline_code, attempt.decline_message = outcome.code, outcome.message
    session.flush()
    events.publish(ChargeDeclined(charge=charge, attempt=attempt, at=now))


def _wait(charge: Charge, attempt: ChargeAttempt, state: AttemptState, *, now: datetime, wall: datetime) -> None:
    """It stays open and is looked at again, ever less often; the same news twice is told once."""
    is_news = attempt.state is not state
    attempt.state = state
    attempt.look_at = next_look(attempt.looks, at=wall)
    attempt.looks += 1
    session.flush()
    if not is_news:
        return
    waiting = state is AttemptState.NEEDS_AUTHENTICATION
    news = ChargeNeedsAuthentication if waiting else ChargePending
    events.publish(news(charge=charge, attempt=attempt, at=now))


def settle_refund(refund_id: UUID, outcome: RefundOutcome, *, now: datetime, wall: datetime) -> None:
    """The same for a refund. One that had settled may still fail: the card's bank can send the money back."""
    refund = session.get_one(Refund, (scope.agency_id(), refund_id))
    charge = locked_charge(refund.charge_id)
    session.refresh(refund)
    if refund.state is RefundState.FAILED:
        return
    refund.lease_until = None
    match outcome:
        case Refunded() if refund.state is not RefundState.SETTLED:
            refund.state, refund.ended_at, refund.stripe_refund = RefundState.SETTLED, now, outcome.refund
            session.flush()
            events.publish(RefundSettled(refund=refund, charge=charge, at=now))
        case RefundRefused():
            refund.state, refund.ended_at, refund.failure = RefundState.FAILED, now, outcome.code
            refund.stripe_refund = outcome.refund or refund.stripe_refund
            session.flush()
            events.publish(RefundFailed(refund=refund, charge=charge, at=now))
        case RefundPending() | Unknown() if refund.state is not RefundState.SETTLED:
            if isinstance(outcome, RefundPending):
                refund.stripe_refund = outcome.refund
            refund.state = RefundState.PENDING if refund.stripe_refund else RefundState.UNKNOWN
            refund.look_at = next_look(refund.looks, at=wall)
            refund.looks += 1
