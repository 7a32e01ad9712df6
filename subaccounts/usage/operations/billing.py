"""What a bill lists of usage, each total on one bill and once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from agency.foundation.database.session import session
from agency.foundation.money import Money
from agency.plans.models.prices import Price
from subaccounts.usage.models.rating import UsageTotal
from subaccounts.usage.operations.closing import close


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


def take_usage(bills: Mapping[UUID, UUID], *, until: datetime, now: datetime) -> list[UsageLine]:
    """What has ended by a moment and is on no bill yet, of any number of sub-accounts, in a handful of statements.

    ``bills`` names the bill of each sub-account. Periods that are to be invoiced are closed by this; what comes
    later joins the period after them. Called in the transaction that writes the bills, before it locks accounts.
    """
    owners = list(bills)
    close(
        UsageTotal.sub_account_id.in_(owners),
        UsageTotal.is_prepaid.is_(False),
        UsageTotal.price_id.is_not(None),
        UsageTotal.period_end <= until,
        now=now,
    )
    totals = session.scalars(
        select(UsageTotal)
        .where(
            UsageTotal.sub_account_id.in_(owners),
            UsageTotal.price_id.is_not(None),
            UsageTotal.bill_id.is_(None),
            UsageTotal.closed_at.is_not(None),
            UsageTotal.period_end <= until,
        )
        .order_by(UsageTotal.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    prices = _prices({total.price_id for total in totals if total.price_id})
    for sub_account_id in {total.sub_account_id for total in totals}:
        _name_bill([total.id for total in totals if total.sub_account_id == sub_account_id], bills[sub_account_id])
    return [
        UsageLine(
            total_id=total.id,
            sub_account_id=total.sub_account_id,
            subscription_id=total.subscription_id,
            bill_id=bills[total.sub_account_id],
            price=prices[total.price_id],
            period_start=total.period_start,
            period_end=total.period_end,
            quantity=total.quantity,
            amount=total.charge,
            tax=total.tax,
            is_prepaid=total.is_prepaid,
        )
        for total in totals
        if total.price_id is not None and total.events
    ]


def _prices(price_ids: set[UUID]) -> dict[UUID, Price]:
    rows = session.scalars(
        select(Price).where(Price.id.in_(price_ids)).options(joinedload(Price.meter), joinedload(Price.product))
    )
    return {row.id: row for row in rows}


def _name_bill(total_ids: list[UUID], bill_id: UUID) -> None:
    session.execute(
        update(UsageTotal)
        .where(UsageTotal.id.in_(total_ids))
        .values(bill_id=bill_id)
        .execution_options(synchronize_session=False)
    )


def release_usage(bill_id: UUID) -> None:
    """Let the next bill list what this one did, which was discarded."""
    session.execute(
        update(UsageTotal)
        .where(UsageTotal.bill_id == bill_id)
        .values(bill_id=None)
        .execution_options(synchronize_session=False)
    )
