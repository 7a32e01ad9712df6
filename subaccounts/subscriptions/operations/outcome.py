"""What acts on subscriptions lead to, gathered for any number of them and written in sets."""

from dataclasses import dataclass, field
from datetime import datetime

from agency.foundation import events
from agency.foundation.database.base import Base
from agency.foundation.database.session import session
from subaccounts.subscriptions.bills import Bill, keep_coupons
from subaccounts.subscriptions.events import SubscriptionsBilled
from subaccounts.subscriptions.models.course import Happened, HistoryEntry
from subaccounts.subscriptions.models.subscriptions import Subscription
from subaccounts.subscriptions.rules.periods import Period
from wallet.credits.operations.grants import Grant, grant

CARTERA = "Cartera"


@dataclass(slots=True)
class Outcome:
    bills: list[Bill] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    rows: list[Base] = field(default_factory=list)

    def bill(self, bill: Bill) -> None:
        keep_coupons(bill)
        if bill.lines:
            self.bills.append(bill)

    def tell(
        self,
        subscription: Subscription,
        kind: Happened,
        *,
        at: datetime,
        by: str = CARTERA,
        note: str = "",
        bill: Bill | None = None,
        period: Period | None = None,
    ) -> None:
        self.rows.append(
            HistoryEntry(
                sub_account_id=subscription.sub_account_id,
                subscription_id=subscription.id,
                kind=kind,
                at=at,
                by=by,
                product_id=subscription.product_id,
                note=note,
                period_start=period.start if period else None,
                period_end=period.end if period else None,
                amount_micros=bill.total.micros if bill and bill.lines else None,
                currency=subscription.currency,
            )
        )

    def write(self, *, now: datetime) -> None:
        """Everything at once: rows, lines, credit; then those above collect."""
        session.flush()
        session.add_all(self.rows)
        session.add_all([line for bill in self.bills for line in bill.lines])
        session.flush()
        if self.grants:
            grant(self.grants, now=now)
        if self.bills:
            events.publish(SubscriptionsBilled(bills=tuple(self.bills), at=now))
