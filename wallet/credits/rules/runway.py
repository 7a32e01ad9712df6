"""How long a wallet's balance lasts."""

from datetime import timedelta
from decimal import ROUND_CEILING

from agency.foundation.money import Money

# Beyond ten years the figure says nothing, and a date made from it might not exist.
RUNWAY_MAX = timedelta(days=3650)


def runway(*, balance: Money, spent: Money, window: timedelta) -> timedelta | None:
    """The time left at the pace of what was spent within the last window; None where nothing was."""
    if spent.micros <= 0:
        return None
    microseconds = max(balance.micros, 0) * (window // timedelta.resolution) // spent.micros
    return timedelta.resolution * min(microseconds, RUNWAY_MAX // timedelta.resolution)


# Long enough for a refused card's tries, and for its owner to come back from a weekend.
COVER = timedelta(days=3)


def suggested_threshold(*, spent: Money, window: timedelta) -> Money | None:
    """A threshold that lasts some days at the present pace, rounded up to a figure people would choose.

    None where nothing is being spent.
    """
    if spent.micros <= 0:
        return None
    needed = -(-spent.micros * (COVER // timedelta.resolution) // (window // timedelta.resolution))
    step = max(10 ** (len(str(needed)) - 1) // 2, 1)
    return Money(-(-needed // step) * step, spent.currency).to_minor(ROUND_CEILING)
