"""Claim: take an attempt or a refund for one call, and learn all that the call needs. The first of three steps."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from agency.foundation import events, ids
from agency.foundation.database.session import session
from agency.foundation.database.turns import take_turn
from agency.foundation.tenancy import scope
from wallet.charges.events import ChargeAbandoned, ChargeDeclined
from wallet.charges.models import (
    AttemptState,
    Charge,
    ChargeAttempt,
    ChargeState,
    Refund,
    RefundState,
)
from wallet.charges.rules import TRIES_WINDOW, DeclineClass, has_tries_left
from wallet.merchant_accounts import keys
from wallet.merchant_accounts.queries import merchant_account
from wallet.payment_methods.models import PaymentMethod, ProcessorCustomer
from wallet.stripe_gateway.orders import ChargeOrder, RefundOrder

# Longer than the gateway waits for an answer, so that two calls of one attempt are rare; they are harmless anyway.
LEASE = timedelta(seconds=45)
TRIES_EXHAUSTED = "tries_exhausted"
CARD_REMOVED = "card_removed"
MERCHANT_RETIRED = "merchant_retired"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedCharge:
    """``sent_at`` (the wall's time) is None for the first call; else it must be asked before anything is done."""

    order: ChargeOrder
    sent_at: datetime | None
    is_unwanted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedRefund:
    order: RefundOrder
    sent_at: datetime | None


def claim_charge(attempt_id: UUID, *, now: datetime, wall: datetime) -> ClaimedCharge | None:
    """Lease the attempt to this caller. None: it is over, somebody else has it, or it ends here without a call."""
    charge, attempt = locked(attempt_id)
    if not attempt.state.is_open or is_leased(attempt.lease_until, wall):
        return None
    card = session.get_one(PaymentMethod, (scope.agency_id(), attempt.payment_method_id))
    if attempt.sent_at is None and _ends_here(charge, attempt, card, now=now):
        return None
    sent_at = attempt.sent_at
    attempt.lease_until = wall + LEASE
    attempt.look_at = attempt.lease_until
    if sent_at is None:
        attempt.state, attempt.sent_at, attempt.tried_at = AttemptState.CHARGING, wall, now
        attempt.stripe_card = card.stripe_id
    order = _order(charge, attempt, card)
    return ClaimedCharge(order=order, sent_at=sent_at, is_unwanted=charge.unwanted_since is not None)


def claim_refund(refund_id: UUID, *, even_settled: bool = False, wall: datetime) -> ClaimedRefund | None:
    """The same for a refund; ``even_settled`` looks once more at one that may have come back."""
    refund = session.scalar(
        select(Refund).where(Refund.id == refund_id).with_for_update().execution_options(populate_existing=True)
    )
    if refund is None or is_leased(refund.lease_until, wall):
        return None
    if not refund.state.is_open and not (even_settled and refund.state is RefundState.SETTLED):
        return None
    charge = session.get_one(Charge, (scope.agency_id(), refund.charge_id))
    sent_at = refund.sent_at
    refund.lease_until = wall + LEASE
    refund.look_at = refund.lease_until
    if sent_at is None:
        refund.state, refund.sent_at = RefundState.SENDING, wall
    order = RefundOrder(
        credentials=keys.credentials(merchant_account(charge.merchant_account_id)),
        refund_id=refund.id,
        intent=charge.stripe_intent or "",
        amount=refund.amount,
        refund=refund.stripe_refund,
    )
    return ClaimedRefund(order=order, sent_at=sent_at)


def locked(attempt_id: UUID) -> tuple[Charge, ChargeAttempt]:
    """A charge and an attempt of it, read anew under the charge's lock, which guards both."""
    attempt = session.get_one(ChargeAttempt, (scope.agency_id(), attempt_id))
    charge = locked_charge(attempt.charge_id)
    session.refresh(attempt)
    return charge, attempt


def locked_charge(charge_id: UUID) -> Charge:
    return session.scalars(
        select(Charge).where(Charge.id == charge_id).with_for_update().execution_options(populate_existing=True)
    ).one()


def is_leased(lease_until: datetime | None, wall: datetime) -> bool:
    return lease_until is not None and lease_until > wall


def abandon_unsent(charge: Charge, attempt: ChargeAttempt | None, *, now: datetime) -> None:
    """End what the processor has never heard of, or has finally declined."""
    charge.state = ChargeState.ABANDONED
    if attempt is not None:
        attempt.state, attempt.ended_at = AttemptState.ABANDONED, now
    session.flush()
    events.publish(ChargeAbandoned(charge=charge, at=now))


def _ends_here(charge: Charge, attempt: ChargeAttempt, card: PaymentMethod, *, now: datetime) -> bool:
    if charge.unwanted_since is not None:
        abandon_unsent(charge, attempt, now=now)
        return True
    code = _obstacle(attempt, card, now=now)
    if code is None:
        return False
    attempt.state, attempt.ended_at = AttemptState.DECLINED, now
    attempt.decline_class, attempt.decline_code = DeclineClass.HARD, code
    charge.state = ChargeState.DECLINED
    session.flush()
    events.publish(ChargeDeclined(charge=charge, attempt=attempt, at=now))
    return True


def _obstacle(attempt: ChargeAttempt, card: PaymentMethod, *, now: datetime) -> str | None:
    if not card.is_attached:
        return CARD_REMOVED
    if not merchant_account(card.merchant_account_id).is_active:
        return MERCHANT_RETIRED
    take_turn(f"card/{attempt.fingerprint}")  # One card may be on file several times: one claim counts its tries.
    tries = session.scalars(
        select(ChargeAttempt.tried_at).where(
            ChargeAttempt.fingerprint == attempt.fingerprint,
            ChargeAttempt.tried_at > now - TRIES_WINDOW,
            ChargeAttempt.state != AttemptState.SETTLED,
            ChargeAttempt.decline_class.is_distinct_from(DeclineClass.OURS),
        )
    )
    return None if has_tries_left([tried for tried in tries if tried], now=now) else TRIES_EXHAUSTED


def _order(charge: Charge, attempt: ChargeAttempt, card: PaymentMethod) -> ChargeOrder:
    customer = session.get_one(ProcessorCustomer, (scope.agency_id(), card.processor_customer_id))
    assert customer.stripe_id is not None  # noqa: S101  # A card on file belongs to a customer the processor knows.
    return ChargeOrder(
        credentials=keys.credentials(merchant_account(charge.merchant_account_id)),
        attempt_id=attempt.id,
        customer=customer.stripe_id,
        payment_method=attempt.stripe_card or card.stripe_id,
        amount=charge.amount,
        description=charge.description,
        off_session=attempt.off_session,
        intent=attempt.stripe_intent,
        metadata=(
            ("charge", charge.public_id),
            ("sub_account", ids.encode("sac", charge.sub_account_id)),
        ),
    )
