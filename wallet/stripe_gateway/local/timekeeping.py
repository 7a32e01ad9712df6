"""The time that new objects bear; signatures keep to the wall's."""

from agency.foundation import clock


class Timekeeper:
    """Runs with the wall clock, shifted when the control interface says so."""

    def __init__(self) -> None:
        self._shift = 0

    def now(self) -> int:
        """Seconds since 1970."""
        return int(clock.wall().timestamp()) + self._shift

    def set(self, moment: int | None) -> None:
        """From here on it is that moment and running; None goes back to the wall's time."""
        self._shift = 0 if moment is None else moment - int(clock.wall().timestamp())
