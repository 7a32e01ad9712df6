"""How long a wallet's balance lasts."""

from datetime import timedelta

from agency.foundation.money import Money

# Beyond ten years the figure says nothing, and a date made from it might not exist.
RUNWAY_MAX = timedelta(days=3650)


def runway(*, balance: Money, spent: Money, window: timedelta) -> timedelta | None:
    """The time left at the pace of what was spent within the last window; None where nothing was."""
    if spent.micros <= 0:
        return None
    microseconds = max(balance.micros, 0) * (window // timedelta.resolution) // spent.micros
    return timedelta.resolution * min(microseconds, RUNWAY_MAX // timedelta.resolution)
