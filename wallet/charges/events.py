"""What the door tells those above it, in the transaction that settles: each is published once."""

from dataclasses import dataclass
from datetime import datetime

from wallet.charges.models import Charge, ChargeAttempt, Dispute, Refund


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeSettled:
    """The card was charged. It comes at most once for a charge, even for one that was to be abandoned."""

    charge: Charge
    attempt: ChargeAttempt
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeDeclined:
    """This attempt is over; ``attempt.decline_class`` says what may be tried next. The charge can be tried again."""

    charge: Charge
    attempt: ChargeAttempt
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeNeedsAuthentication:
    """Only the cardholder can go on; the attempt stays open until they did, or the charge is abandoned."""

    charge: Charge
    attempt: ChargeAttempt
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargePending:
    """The answer is not known, or the method is slow: ``attempt.state`` is *unknown* or *processing*."""

    charge: Charge
    attempt: ChargeAttempt
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeAbandoned:
    """Nothing was charged, and nothing will be."""

    charge: Charge
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSettled:
    refund: Refund
    charge: Charge
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFailed:
    """Nothing was given back; ``refund.failure`` says why. It may follow a RefundSettled, days later."""

    refund: Refund
    charge: Charge
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeOpened:
    dispute: Dispute
    charge: Charge
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeLost:
    dispute: Dispute
    charge: Charge
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeWon:
    dispute: Dispute
    charge: Charge
    at: datetime
