"""What subscriptions add to the console's overview."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import g
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.i18n import number
from agency.foundation.local_days import instant, local_day
from agency.foundation.tiles import Stat
from subaccounts.subscriptions.queries import renewals_until


def renewals_today() -> list[Stat]:
    """How many renew, or leave their trial, before the agency's day is over."""
    zone = ZoneInfo(g.agency.time_zone)
    tomorrow = instant(local_day(clock.now(), zone) + timedelta(days=1), zone)
    return [Stat(label=_("Renewals due today"), figure=number(renewals_until(tomorrow)))]
