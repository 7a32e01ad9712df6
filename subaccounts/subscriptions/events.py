"""What subscriptions tell the floors above, in the transaction in which it happens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from subaccounts.subscriptions.bills import Bill
from subaccounts.subscriptions.models.course import Happened
from subaccounts.subscriptions.models.subscriptions import Subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionsBilled:
    """Lines were written, for any number of subscriptions; each bill is to be collected, or credited, once."""

    bills: Sequence[Bill]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionCanceling:
    """It ends now, before what is not used of it is credited: nobody is to ask for its money any more."""

    subscription: Subscription
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpaidPauseLifted:
    """It goes on, and what it still owes is to be asked for again."""

    subscription: Subscription
    at: datetime


class Move(NamedTuple):
    subscription_id: UUID
    kind: Happened


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionsMoved:
    """Something happened to subscriptions, any number of them, besides that they were billed."""

    moves: Sequence[Move]
    at: datetime
