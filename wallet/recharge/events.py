"""What recharging tells the floors above, in the transaction in which it happens."""

from dataclasses import dataclass
from datetime import datetime

from wallet.recharge.models import Recharge, RechargePause


@dataclass(frozen=True, slots=True, kw_only=True)
class RechargeFiredEarly:
    """It follows the last success sooner than the platform's ten minutes, as the agency allows."""

    recharge: Recharge
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WalletRecharged:
    recharge: Recharge
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RechargeDeclined:
    """The first refusal of a recharge."""

    recharge: Recharge
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RechargePaused:
    pause: RechargePause
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RechargeResumed:
    pause: RechargePause
    at: datetime
