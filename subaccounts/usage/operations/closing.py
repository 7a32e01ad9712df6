"""Periods end: what a price asks at least is asked, and from then on nothing joins them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import joinedload

from agency.foundation import ids
from agency.foundation.database.session import session
from agency.plans.models.meters import Meter
from agency.plans.models.prices import Price
from agency.tenants.models import SubAccount
from subaccounts.subscriptions.operations.offers import MONTHLY
from subaccounts.subscriptions.rules.periods import Period, calendar
from subaccounts.usage.models.rating import UsageTotal
from subaccounts.usage.operations.changes import Pricing
from subaccounts.usage.operations.charging import book
from subaccounts.usage.operations.minimums import minimum_shares
from subaccounts.usage.operations.totals import write_totals
from subaccounts.usage.tariffs import Span, Tariff

# What was sent in time and is still being rated belongs to its period.
GRACE = timedelta(hours=1)
SET = 500


def close_paid(*, now: datetime) -> int:
    """Close a set of periods that wallets paid for; answers how many. Those to be invoiced wait for their bill."""
    ended = (UsageTotal.is_prepaid.is_(True), UsageTotal.period_end <= now - GRACE)
    return len(close(*ended, now=now, limit=SET))


def close(*which: ColumnElement[bool], now: datetime, limit: int | None = None) -> Sequence[UsageTotal]:
    """Close the open totals of a kind, locked in the order of every rating."""
    totals = session.scalars(
        select(UsageTotal)
        .where(UsageTotal.closed_at.is_(None), *which)
        .order_by(UsageTotal.id)
        .limit(limit)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for total in totals:
        session.expunge(total)
    spans = _spans(totals)
    pricing = Pricing(spans.values(), now=now)
    changes = [pricing.closing(spans[total.id], total) for total in totals if total.id in spans]
    rest = [change for change in changes if change.amount]
    book(rest, rating_id=ids.new_id(), now=now)
    write_totals([change.total for change in rest])
    session.execute(
        update(UsageTotal)
        .where(UsageTotal.id.in_([total.id for total in totals]))
        .values(closed_at=now)
        .execution_options(synchronize_session=False)
    )
    return totals


def _spans(totals: Sequence[UsageTotal]) -> dict[UUID, Span]:
    """The end of each period that a price may ask a minimum for; no event lies in it."""
    prices = {
        row.id: row
        for row in session.scalars(
            select(Price)
            .where(Price.id.in_({total.price_id for total in totals if total.price_id}))
            .options(joinedload(Price.cost), joinedload(Price.product), joinedload(Price.meter))
        )
    }
    owners = {
        row.id: row
        for row in session.scalars(
            select(SubAccount).where(SubAccount.id.in_({total.sub_account_id for total in totals}))
        )
    }
    asking = {price_id: price for price_id, price in prices.items() if price.terms.minimum is not None}
    asked = [(total, price) for total in totals if (price := asking.get(total.price_id)) is not None]  # type: ignore[arg-type]  # Without a price there is none.
    shares = minimum_shares([total for total, _price in asked], asking)
    return {total.id: _end_of(total, owners[total.sub_account_id], price, shares[total.id]) for total, price in asked}


def _end_of(total: UsageTotal, owner: SubAccount, price: Price, share: Fraction) -> Span:
    meter: Meter = price.meter  # type: ignore[assignment]  # A usage price has one.
    schedule = calendar(start=total.period_start, cadence=MONTHLY, zone=ZoneInfo(owner.time_zone))
    return Span(
        sub_account=owner,
        meter=meter,
        start=total.period_end,
        end=total.period_end,
        tariff=Tariff(schedule=schedule, price=price),
        period=Period(start=total.period_start, end=total.period_end),
        minimum_share=share,
    )
