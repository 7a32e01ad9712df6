"""What a bill lists of usage, each total on one bill and once."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import joinedload

from agency.foundation.database.bulk import any_of, by_id, execute, uuids
from agency.foundation.database.session import session
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.plans.models.prices import Price
from subaccounts.usage.models.events import UsageBatch
from subaccounts.usage.models.rating import UsageTotal
from subaccounts.usage.operations.closing import close

NAME = """
UPDATE usage_totals t SET bill_id = (%(bills)s::jsonb -> t.id::text ->> 0)::uuid
WHERE t.agency_id = %(agency_id)s AND t.id = ANY (%(totals)s::uuid[])
"""
# Answers the bill that a total joins; None leaves it to a later one.
Chooser = Callable[[UsageTotal], UUID | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageLine:
    """Usage of a meter in a period, exact in micros.

    What is ``is_prepaid`` a wallet paid with its ``tax``: it is listed and not asked for. The rest is to be asked
    for, taxed and posted by the bill.
    """

    total_id: UUID
    sub_account_id: UUID
    subscription_id: UUID | None
    bill_id: UUID
    price: Price
    period_start: datetime
    period_end: datetime
    quantity: Decimal
    amount: Money
    tax: Money
    is_prepaid: bool


def take_usage(owners: Collection[UUID], chosen: Chooser, *, until: datetime, now: datetime) -> list[UsageLine]:
    """What has ended by a moment and is on no bill yet, of any number of sub-accounts, in a handful of statements.

    Periods that are to be invoiced are closed by this; what comes later joins the period after them. Called in the
    transaction that writes the bills, before it locks accounts.
    """
    theirs = UsageTotal.sub_account_id == any_of(owners)
    ended = theirs, UsageTotal.price_id.is_not(None), UsageTotal.bill_id.is_(None), UsageTotal.period_end <= until
    _close(*ended, now=now)
    totals = session.scalars(
        select(UsageTotal)
        .where(*ended, UsageTotal.closed_at.is_not(None))
        .order_by(UsageTotal.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    bills = {total: bill_id for total in totals if (bill_id := chosen(total)) is not None}
    if not bills:
        return []
    named = {total.id: [str(bill_id)] for total, bill_id in bills.items()}
    execute(NAME, {"agency_id": scope.agency_id(), "totals": uuids(named), "bills": by_id(named)})
    prices = _prices({total.price_id for total in bills if total.price_id})
    return [
        _line(total, bill_id, prices[total.price_id])
        for total, bill_id in bills.items()
        if total.price_id and _is_something(total)
    ]


def _is_something(total: UsageTotal) -> bool:
    """Used, or unused by somebody who owes its minimum."""
    return bool(total.events or total.charge_micros)


def _close(*ended: ColumnElement[bool], now: datetime) -> None:
    """A price's minimum is for the schedule to take from a wallet: nothing is debited where a bill is written."""
    is_postpaid = UsageTotal.is_prepaid.is_(False)
    if session.scalar(select(UsageBatch.id).where(UsageBatch.rating_id.is_(None)).limit(1)) is not None:
        close(*ended, is_postpaid, now=now)
        return
    asks = select(Price.id).where(
        Price.id == UsageTotal.price_id, type_coerce(Price.terms, JSONB)["minimum"].astext.is_not(None)
    )
    close(*ended, or_(is_postpaid, ~asks.exists()), now=now)


def _line(total: UsageTotal, bill_id: UUID, price: Price) -> UsageLine:
    return UsageLine(
        total_id=total.id,
        sub_account_id=total.sub_account_id,
        subscription_id=total.subscription_id,
        bill_id=bill_id,
        price=price,
        period_start=total.period_start,
        period_end=total.period_end,
        quantity=total.quantity,
        amount=total.charge,
        tax=total.tax,
        is_prepaid=total.is_prepaid,
    )


def _prices(price_ids: set[UUID]) -> dict[UUID, Price]:
    rows: Sequence[Price] = session.scalars(
        select(Price).where(Price.id.in_(price_ids)).options(joinedload(Price.meter), joinedload(Price.product))
    ).all()
    return {row.id: row for row in rows}
