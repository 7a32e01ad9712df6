"""What acts on subscriptions lead to, gathered for any number of them and written in sets."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from agency.foundation import events
from agency.foundation.database.base import Base
from agency.foundation.database.inserting import insert_rows
from agency.foundation.database.session import session
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from subaccounts.subscriptions.billing import keep_coupons
from subaccounts.subscriptions.bills import Bill, BillLine, Debtor
from subaccounts.subscriptions.events import Move, SubscriptionsBilled, SubscriptionsMoved
from subaccounts.subscriptions.models.course import BilledLine, Happened, HistoryEntry
from subaccounts.subscriptions.models.subscriptions import Subscription
from subaccounts.subscriptions.operations.copying import BillCopy, Copy, copy_rows
from subaccounts.subscriptions.rules.periods import Period
from wallet.credits.operations.grants import Grant, grant, same_for

CARTERA = "Cartera"


@dataclass(slots=True)
class Outcome:
    """``copies`` are of what happened to another subscription that is alike; ``computed`` are the bills that are not.

    Until it is written, bills may be given one id, which makes one document of them.
    """

    bills: list[Bill] = field(default_factory=list)
    computed: list[Bill] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    rows: list[Base] = field(default_factory=list)
    copies: list[Copy] = field(default_factory=list)
    bill_copies: list[BillCopy] = field(default_factory=list)

    def bill(self, bill: Bill) -> None:
        keep_coupons(bill)
        if bill.lines:
            self.bills.append(bill)
            self.computed.append(bill)

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
        recurring: Money | None = None,
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
                recurring_micros=None if recurring is None else recurring.micros,
                currency=subscription.currency,
            )
        )

    def join(self, subscription_id: UUID, first: "Outcome", others: Sequence[Debtor]) -> None:
        """Take over what happened to one subscription, and let the same happen to others that are alike."""
        self.rows += first.rows
        self.bills += first.bills
        self.computed += first.computed
        self.grants += first.grants
        for other in others:
            self.copies.append(Copy(subscription_id, other))
            copies = [BillCopy(bill, bill.for_another(other)) for bill in first.bills]
            self.bill_copies += copies
            self.bills += [copy.bill for copy in copies]
            self.grants += [same_for(given, other.subscription_id, other.sub_account_id) for given in first.grants]

    def write(self, *, now: datetime) -> None:
        """Everything at once: rows, lines, credit; then those above collect."""
        session.flush()
        session.add_all(self.rows)
        session.flush()
        insert_rows(BilledLine, [_row(line, bill) for bill in self.computed for line in bill.lines])
        if self.copies:
            told = [row.id for row in self.rows if isinstance(row, HistoryEntry)]
            copy_rows(self.copies, told, self.bill_copies)
        if self.grants:
            grant(self.grants, now=now)
        if self.bills:
            events.publish(SubscriptionsBilled(bills=tuple(self.bills), at=now))
        moves = self._moves()
        if moves:
            events.publish(SubscriptionsMoved(moves=moves, at=now))

    def _moves(self) -> list[Move]:
        """Of each subscription what happened besides its bills, and the same of those that are alike."""
        entries = [row for row in self.rows if isinstance(row, HistoryEntry) and row.kind is not Happened.BILLED]
        moves = [Move(entry.subscription_id, entry.kind) for entry in entries]
        firsts = {entry.subscription_id for entry in entries}
        for copy in (copy for copy in self.copies if copy.first in firsts):
            same = [entry.kind for entry in entries if entry.subscription_id == copy.first]
            moves += [Move(copy.debtor.subscription_id, kind) for kind in same]
        return moves


def _row(line: BillLine, bill: Bill) -> dict[str, Any]:
    return {
        "agency_id": scope.agency_id(),
        "sub_account_id": bill.sub_account_id,
        "subscription_id": bill.debtor.subscription_id,
        "bill_id": bill.id,
        "component": line.component,
        "period_start": line.period_start,
        "period_end": line.period_end,
        "occasion": line.occasion,
        "price_id": line.price_id,
        "product_id": line.product_id,
        "quantity": line.quantity,
        "share": line.share,
        "discount_micros": line.discount.micros,
        "amount_micros": line.amount.micros,
        "tax_micros": line.tax.micros,
        "taxes": line.taxes,
        "currency": bill.currency,
        "billed_at": line.billed_at,
    }
