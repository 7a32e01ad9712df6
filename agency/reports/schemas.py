from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import fields, validate

from agency.foundation import i18n
from agency.foundation.local_days import instant
from agency.foundation.schemas import MoneyField, QuerySchema, StrictSchema, TypedId

A_DAY = timedelta(days=1)
MONTHS_DEFAULT = 12
# Dates beyond any ledger, which a calendar cannot add a day to.
DAYS = validate.Range(date(2000, 1, 1), date(2200, 1, 1))


class MonthsFilter(QuerySchema):
    """How far back a report by months looks, the present month counted."""

    months = fields.Integer(
        load_default=MONTHS_DEFAULT,
        validate=validate.Range(1, 60),
        metadata={"description": "How many months, the present one counted.", "example": 12},
    )


class DaysFilter(QuerySchema):
    """Days of the agency's own calendar, both included; none: all time."""

    first_day = fields.Date(data_key="from", validate=DAYS, metadata={"example": "2026-10-01"})
    last_day = fields.Date(data_key="to", validate=DAYS, metadata={"example": "2026-10-31"})


def range_of(filters: dict[str, Any]) -> dict[str, datetime | None]:
    """``since`` (inclusive) and ``until`` (exclusive) of the days asked for."""
    first, last = filters.get("first_day"), filters.get("last_day")
    zone = ZoneInfo(i18n.time_zone())
    return {
        "since": instant(first, zone) if first else None,
        "until": instant(last + A_DAY, zone) if last else None,
    }


class MonthAnswer(StrictSchema):
    """Recurring revenue at a month's beginning, what moved it, and what it ended at; and what money came in."""

    month = fields.Date(attribute="first_day", metadata={"description": "Its first day.", "example": "2026-10-01"})
    opening = MoneyField()
    new = MoneyField()
    expansion = MoneyField()
    contraction = MoneyField()
    churn = MoneyField()
    closing = MoneyField()
    received = MoneyField()


class RevenueAnswer(StrictSchema):
    currency = fields.String(metadata={"example": "USD"})
    recurring = MoneyField(metadata={"description": "A month's worth of everything that runs now."})
    months = fields.List(fields.Nested(MonthAnswer))


class RevenueReport(StrictSchema):
    data = fields.List(fields.Nested(RevenueAnswer))


class RevenueByKind(StrictSchema):
    plans = MoneyField()
    resale = MoneyField()
    marketplace = MoneyField()
    usage = MoneyField()


class Costs(StrictSchema):
    wholesale = MoneyField()
    complimentary = MoneyField()


class MarginAnswer(StrictSchema):
    """What one client brought and cost in one currency."""

    sub_account_id = TypedId("sac", allow_none=True)
    name = fields.String(metadata={"example": "Dental Norte"})
    currency = fields.String(metadata={"example": "USD"})
    revenue = fields.Nested(RevenueByKind)
    costs = fields.Nested(Costs)
    margin = MoneyField()
    rate = fields.Decimal(
        as_string=True,
        allow_none=True,
        metadata={"description": "The margin as a part of all revenue.", "example": "0.425"},
    )


class MarginReport(StrictSchema):
    data = fields.List(fields.Nested(MarginAnswer))
    totals = fields.List(fields.Nested(MarginAnswer))


class WalletLineAnswer(StrictSchema):
    """What one wallet holds now; in the totals all wallets of a currency, without an id."""

    sub_account_id = TypedId("sac", allow_none=True)
    name = fields.String(metadata={"example": "Dental Norte"})
    currency = fields.String(metadata={"example": "USD"})
    balance = MoneyField()
    purchased = MoneyField()
    complimentary = MoneyField()
    owed = MoneyField()
    held = MoneyField()
    available = MoneyField()


class WalletsReport(StrictSchema):
    data = fields.List(fields.Nested(WalletLineAnswer))
    totals = fields.List(fields.Nested(WalletLineAnswer))
