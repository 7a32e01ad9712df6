"""How a subscription is billed where a period is not lived through whole: settings kept with it."""

from dataclasses import dataclass
from enum import StrEnum


class Granularity(StrEnum):
    """What is counted; with none a part of a period is neither charged nor credited."""

    DAY = "day"
    SECOND = "second"
    NONE = "none"


class MonthLength(StrEnum):
    """Days as the calendar has them, or every month counted as 30 of them."""

    ACTUAL = "actual"
    THIRTY_DAYS = "thirty_days"


class CancelDay(StrEnum):
    """Whether the day of a cancellation is paid for."""

    USED = "used"
    UNUSED = "unused"


class IntervalChange(StrEnum):
    """What another interval does to the period that runs."""

    NEW_PERIOD = "new_period"
    KEEP_ANCHOR = "keep_anchor"


class BilledIn(StrEnum):
    ADVANCE = "advance"
    ARREARS = "arrears"


class TakesEffect(StrEnum):
    NOW = "now"
    PERIOD_END = "period_end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conventions:
    granularity: Granularity = Granularity.DAY
    month_length: MonthLength = MonthLength.ACTUAL
    cancel_day: CancelDay = CancelDay.USED
    interval_change: IntervalChange = IntervalChange.NEW_PERIOD
    upgrade: TakesEffect = TakesEffect.NOW
    downgrade: TakesEffect = TakesEffect.PERIOD_END
