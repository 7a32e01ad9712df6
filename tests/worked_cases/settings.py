"""The words of a case's conventions as our settings."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from agency.foundation.local_days import instant
from agency.plans.rules.components import Interval
from agency.plans.rules.coupons import CouponTerms, DiscountableLine, Duration, Spread, apply_coupons, redeem
from agency.plans.rules.faults import refuse_faults
from agency.plans.rules.terms import Model, PriceTerms, Tier
from subaccounts.subscriptions.rules.conventions import CancelDay, Conventions, Granularity, MonthLength
from subaccounts.subscriptions.rules.periods import Cadence, Period, anniversary, calendar, on_day_of_month
from subaccounts.subscriptions.rules.proration import Component

INTERVALS = {"weekly": Interval.WEEK, "monthly": Interval.MONTH, "yearly": Interval.YEAR}
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
ZERO = Decimal(0)


def moment(text):
    """A time in UTC; a date is its midnight."""
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def zone(case):
    return ZoneInfo(case.given.get("timezone", "UTC"))


def conventions(case):
    words = case.given.get("convention")
    if words is None:
        return Conventions()
    thirty = "30 days" in words["basis"]
    used = words.get("termination_day_belongs_to") == "used_time"
    return Conventions(
        granularity=Granularity(words["granularity"]),
        month_length=MonthLength.THIRTY_DAYS if thirty else MonthLength.ACTUAL,
        cancel_day=CancelDay.USED if used else CancelDay.UNUSED,
    )


def cadence(plan):
    return Cadence(interval=INTERVALS[plan["interval"]])


def schedule(case, start, *, plan=None):
    """The boundaries a case's anchor asks for, for a subscription that begins at a time."""
    anchor = case.given.get("billing_anchor", "anniversary")
    shared = {"start": start, "cadence": cadence(plan or case.given["plans"][0]), "zone": zone(case)}
    if isinstance(anchor, dict):
        return on_day_of_month(**shared, day=anchor["day_of_month"])
    if anchor == "calendar":
        week_starts_on = WEEKDAYS.index(case.given.get("week_starts_on", "monday"))
        return calendar(**shared, week_starts_on=week_starts_on)
    found = anniversary(**shared)
    if "account_reference_local_time" in case.given:
        return replace(found, at=time.fromisoformat(case.given["account_reference_local_time"]))
    return found


def period(case, dates):
    """A period written as two dates of the payer's calendar."""
    start, end = (instant(date.fromisoformat(day), zone(case)) for day in dates)
    return Period(start=start, end=end)


def dates(period, where):
    return [edge.astimezone(where).date().isoformat() for edge in (period.start, period.end)]


def component(case, amount, *, discount=None):
    """Something paid each period, after the discount that holds for it."""
    return Component(code="plan", price=discounted(case, {"plan": case.major(amount)}, discount)["plan"])


def coupon(case, words):
    """A coupon in use, from any of the ways a case writes one."""
    percent = words.get("percent")
    amount = words.get("amount", words.get("fixed"))
    lines = words.get("limited_to_metrics")
    if "limited_to_subscription" in words:
        named = words["limited_to_subscription"]
        lines = [fee["id"] for fee in case.given["fees"] if fee["subscription"] == named]
    terms = CouponTerms(
        code="case",
        percent=None if percent is None else Decimal(percent),
        amount=None if amount is None else case.money(amount),
        duration=Duration(words.get("frequency", "forever")),
        line_ids=None if lines is None else frozenset(lines),
    )
    return redeem(terms, currency=case.currency, redemptions=0, now=datetime(2024, 1, 1, tzinfo=UTC))


def discounted(case, amounts, words):
    """Amounts by name after a discount, unrounded."""
    lines = [DiscountableLine(line_id=name, amount=amount) for name, amount in amounts.items()]
    coupons = [coupon(case, words)] if words else []
    return apply_coupons(lines, coupons, currency=case.currency, spread=Spread.EXACT).left


def price(case, **changes):
    """Price terms, refused where our editor would refuse them."""
    given = {**case.given, **changes}
    terms = PriceTerms(
        model=Model.GRADUATED if given["model"] == "graduated_packages" else Model(given["model"]),
        currency=case.currency,
        unit_price=case.major(given.get("package_amount", given.get("block_amount", 0))),
        package_size=_decimal(given.get("package_size", given.get("block_size"))),
        tiers=tuple(_tiers(case, given)),
        first_fee_at_zero=given.get("first_tier_flat_fee_at_zero_usage", True),
        minimum=_amount(case, given.get("minimum_spend")),
        maximum=_amount(case, given.get("maximum_spend")),
        **(_percentage(case, given) if given["model"] == "percentage" else {}),
    )
    refuse_faults(terms)
    return terms


def _tiers(case, given):
    end = 0
    for tier in given.get("tiers", ()):
        up_to = tier.get("up_to")
        is_last = tier is given["tiers"][-1]
        if "max_blocks" in tier and not is_last:
            up_to = end = end + tier["block_size"] * tier["max_blocks"]
        yield Tier(
            start=_decimal(tier.get("from")),
            up_to=_decimal(up_to),
            unit_price=case.major(tier.get("unit_amount", tier.get("block_amount", 0))),
            flat_fee=case.major(tier.get("flat_amount", 0)),
            package_size=_decimal(tier.get("block_size")),
        )


def _percentage(case, given):
    bounded = given.get("min_max", True)
    return {
        "rate_percent": Decimal(given["rate_percent"]),
        "fixed_fee": case.major(given.get("fixed_per_transaction", 0)),
        "free_transactions": given.get("free_events"),
        "included_units": case.major(given.get("free_amount", 0)),
        "transaction_minimum": _amount(case, given.get("min_per_transaction")) if bounded else None,
        "transaction_maximum": _amount(case, given.get("max_per_transaction")) if bounded else None,
    }


def _amount(case, minor):
    return None if minor is None else case.major(minor)


def _decimal(value):
    return None if value is None else Decimal(value)
