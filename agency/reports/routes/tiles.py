"""What the reports say on the overview."""

from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext as _

from agency.foundation import clock, i18n
from agency.foundation.tiles import Stat
from agency.reports.queries.failures import count_declined
from agency.reports.queries.revenue import Revenue, revenue

DAYS = 30


def revenue_tiles() -> list[Stat]:
    """Recurring revenue of each currency, with what moved it this month."""
    found = revenue(months=1, now=clock.now(), zone=ZoneInfo(i18n.time_zone()))
    return [_tile(each) for each in found]


def failure_tiles() -> list[Stat]:
    """Charges of cards that brought nothing lately."""
    declined = count_declined(days=DAYS, now=clock.now())
    return [
        Stat(
            label=_("Failed charges, 30 days"),
            figure=i18n.number(declined),
            href=url_for("failed_charges.show"),
            tone="critical" if declined else None,
        )
    ]


def _tile(each: Revenue) -> Stat:
    movement = each.months[-1].movement
    grows = movement.micros > 0
    return Stat(
        label=_("Recurring revenue a month"),
        figure=i18n.money(each.recurring),
        href=url_for("reports_desk.show_revenue"),
        change=("+" if grows else "") + i18n.money(movement) if movement else None,
        direction="up" if grows else "down",
        tone="positive" if grows else "critical",
    )
