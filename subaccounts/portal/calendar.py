"""The sub-account's own day, which decides what access holds."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from agency.foundation.local_days import local_day
from agency.tenants.models import SubAccount


def today_at(sub_account: SubAccount, now: datetime) -> date:
    return local_day(now, ZoneInfo(sub_account.time_zone))
