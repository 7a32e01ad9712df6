"""What the wallet tells the floors above, in the transaction in which it happens."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agency.foundation.money import Money
from wallet.credits.models.limits import SpendingCap
from wallet.credits.models.lots import CreditLot


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """What one wallet could spend on anything (lots bound to meters aside), before and after."""

    sub_account_id: UUID
    before: Money
    after: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceFell:
    """Some wallets have less than before: one event for all the wallets of one act, whose locks are held."""

    falls: tuple[Fall, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletToppedUp:
    """Settled money became credit; ``paid_owed`` of it paid what the wallet owed."""

    sub_account_id: UUID
    transaction_id: UUID
    charge_id: UUID
    amount: Money
    paid_owed: Money
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditGranted:
    lots: tuple[CreditLot, ...]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditExpiring:
    """``left`` of a lot will be lost in ``days`` days or less; told 30, 7 and 1 days before."""

    lot: CreditLot
    left: Money
    days: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditExpired:
    lot: CreditLot
    lost: Money
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CapCrossed:
    """What a product took within the cap's period has reached the cap."""

    cap: SpendingCap
    spent: Money
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletClosedOut:
    """A closed sub-account's wallet was emptied: ``returned`` is on its way back, ``moved`` went to a successor."""

    sub_account_id: UUID
    returned: Money
    moved: Money
    successor_id: UUID | None
    lost: Money
    still_owed: Money
    at: datetime
