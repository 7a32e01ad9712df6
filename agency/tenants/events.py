from dataclasses import dataclass
from datetime import datetime

from agency.foundation.actor import Actor
from agency.tenants.models import Agency, SubAccount, Suspension, SuspensionKind


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyOpened:
    agency: Agency
    by: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SubAccountOpened:
    sub_account: SubAccount
    by: Actor
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SubAccountMoved:
    """A pause or closure began or ended; ``sub_account.state`` is what holds now."""

    sub_account: SubAccount
    suspension: Suspension
    at: datetime


class SubAccountPaused(SubAccountMoved):
    pass


class SubAccountClosed(SubAccountMoved):
    pass


class SubAccountResumed(SubAccountMoved):
    pass


class SubAccountReopened(SubAccountMoved):
    pass


BEGINNINGS = {SuspensionKind.PAUSE: SubAccountPaused, SuspensionKind.CLOSURE: SubAccountClosed}
ENDS = {SuspensionKind.PAUSE: SubAccountResumed, SuspensionKind.CLOSURE: SubAccountReopened}
