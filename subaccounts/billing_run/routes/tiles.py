"""What the billing run adds to the console's overview."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import g, url_for
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.i18n import number
from agency.foundation.local_days import instant, local_day
from agency.foundation.tiles import Stat
from subaccounts.billing_run.queries import count_parked
from subaccounts.subscriptions.queries import renewals_until


def end_of_today() -> datetime:
    """When the agency's day is over."""
    zone = ZoneInfo(g.agency.time_zone)
    return instant(local_day(clock.now(), zone) + timedelta(days=1), zone)


def billing_tiles() -> list[Stat]:
    """How many renew, or leave their trial, today; and whom billing failed for, as long as there is one."""
    desk = url_for("billing_run.show")
    tiles = [Stat(label=_("Renewals due today"), figure=number(renewals_until(end_of_today())), href=desk)]
    if parked := count_parked():
        tiles.append(Stat(label=_("Clients whose billing failed"), figure=number(parked), href=desk, tone="critical"))
    return tiles
