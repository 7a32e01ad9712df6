"""Usage that waits for an invoice: its periods are closed by the bill that follows them, and join its document."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import force_locale
from sqlalchemy import select

from agency.foundation.database.session import session
from agency.foundation.local_days import local_day
from agency.plans.models.meters import Meter
from agency.plans.rules.tax import TaxTerms
from agency.plans.words import meter_name
from subaccounts.invoices.rules.lines import LineWish, document_tax
from subaccounts.subscriptions.bills import Bill
from subaccounts.usage.models.rating import UsageTotal
from subaccounts.usage.operations.closing import close
from wallet.ledger.chart import AccountKind

USAGE = "usage"


class UsageLines(NamedTuple):
    """Closed totals by subscription, and their meters by id."""

    totals: dict[UUID, list[UsageTotal]]
    meters: Mapping[UUID, Meter]

    def of(self, bill: Bill, *, locale: str, zone: ZoneInfo, includes_tax: bool) -> list[LineWish]:
        """Taxed as the subscription itself is."""
        found = self.totals.get(bill.debtor.subscription_id, ())
        return [self._line(total, bill, locale, zone, includes_tax=includes_tax) for total in found]

    def _line(self, total: UsageTotal, bill: Bill, locale: str, zone: ZoneInfo, *, includes_tax: bool) -> LineWish:
        taxes = bill.lines[0].taxes
        amount = total.charge.to_minor()
        [tax] = document_tax([(amount, taxes)], TaxTerms(currency=total.currency)).line_taxes
        with force_locale(locale):
            name = meter_name(self.meters[total.meter_id])
        return LineWish(
            description=f"{name}: {total.quantity.normalize():f}",
            unit_price=amount.amount,
            amount=amount + tax if includes_tax else amount,
            taxes=taxes,
            tax=tax,
            revenue=AccountKind.REVENUE_USAGE,
            source={
                "type": USAGE,
                "id": str(total.id),
                "component": str(total.price_id),
                "period_start": local_day(total.period_start, zone).isoformat(),
                "period_end": local_day(total.period_end, zone).isoformat(),
            },
        )


def close_usage(bills: Sequence[Bill], *, now: datetime) -> UsageLines:
    """Nothing joins these periods any more, so that each is invoiced once, with the first bill after it."""
    subscriptions = {bill.debtor.subscription_id for bill in bills}
    latest = max(bill.at for bill in bills)
    waiting = (UsageTotal.is_prepaid.is_(False), UsageTotal.subscription_id.in_(subscriptions))
    totals: dict[UUID, list[UsageTotal]] = {}
    for total in close(*waiting, UsageTotal.period_end <= latest, now=now):
        if total.charge_micros and total.subscription_id:
            totals.setdefault(total.subscription_id, []).append(total)
    meter_ids = {total.meter_id for each in totals.values() for total in each}
    meters = session.scalars(select(Meter).where(Meter.id.in_(meter_ids))) if meter_ids else ()
    return UsageLines(totals, {row.id: row for row in meters})
