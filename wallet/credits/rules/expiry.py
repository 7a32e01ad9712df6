"""When people are told of credit that runs out."""

from datetime import datetime, timedelta

NOTICE_DAYS = (30, 7, 1)


def first_due(expires_at: datetime | None, *, now: datetime) -> datetime | None:
    """The next moment after now at which a lot has a notice or its end; None: it never expires."""
    if expires_at is None:
        return None
    moments = [expires_at - timedelta(days=days) for days in NOTICE_DAYS]
    return min((moment for moment in moments if moment > now), default=expires_at)
