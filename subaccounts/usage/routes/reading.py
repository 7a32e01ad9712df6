"""The page of usage, and the same as a file."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton
from flask import Response, render_template
from flask_babel import gettext as _
from marshmallow import fields

from agency.foundation import clock, i18n
from agency.foundation.access.marks import permits
from agency.foundation.csv_files import csv_answer
from agency.foundation.forms import load_filters
from agency.foundation.schemas import QuerySchema
from agency.plans.words import meter_name, unit_name
from subaccounts.usage.queries import Wanted, meters_of, sums
from subaccounts.usage.routes.places import OWN, TAB, Place, in_console, in_panel, place_at
from subaccounts.usage.rules.ranges import Bucket, Stretch, range_of
from subaccounts.usage.statistics import Asked, show
from subaccounts.usage.words import STRETCHES


class UsageFilters(QuerySchema):
    period = fields.Enum(Stretch, by_value=True)
    meter = fields.String()
    member = fields.String()
    department = fields.String()


def _asked() -> Asked:
    chosen = load_filters(UsageFilters())
    stretch = chosen.pop("period", Stretch.THIS_MONTH)
    return Asked(stretch=stretch, **chosen)


@in_panel.get(OWN)
@in_console.get(TAB)
@permits("usage.read")
def index(sub_account_id: UUID | None = None) -> str:
    at, asked = place_at(sub_account_id), _asked()
    shown = show(at.sub_account, asked, now=clock.now())
    return render_template(
        "subaccounts/usage/index.html",
        at=at,
        asked=asked,
        shown=shown,
        points=[(_label(start, shown.range.bucket, at), [quantity]) for start, quantity in shown.points],
        stretches=STRETCHES,
        people=[("", _("Everybody")), *((member.reference, member.name) for member in shown.members)],
        departments=[("", _("Every department")), *((name, name) for name in shown.departments)],
        meter_name=meter_name,
        unit_name=unit_name,
    )


def _label(start: datetime, bucket: Bucket, at: Place) -> str:
    local = start.astimezone(ZoneInfo(at.sub_account.time_zone))
    if bucket is Bucket.HOUR:
        return f"{local:%H:%M}"
    if bucket is Bucket.DAY:
        return str(format_skeleton("MMMd", local, locale=i18n.locale()))
    return str(format_date(local, "MMM ''yy", locale=i18n.locale()))


@in_panel.get(f"{OWN}.csv")
@in_console.get(f"{TAB}.csv")
@permits("usage.read")
def export(sub_account_id: UUID | None = None) -> Response:
    """Each meter and member by hour, day or month, as the page draws them."""
    at, asked = place_at(sub_account_id), _asked()
    zone = ZoneInfo(at.sub_account.time_zone)
    found = range_of(asked.stretch, now=clock.now(), zone=zone)
    wanted = Wanted(sub_account=at.sub_account, start=found.start, end=found.end, bucket=found.bucket, by_member=True)
    head = [_("Begins (%(zone)s)", zone=zone.key), _("Meter"), _("Name"), _("Member"), _("Quantity"), _("Unit")]
    return csv_answer("usage", head, _cells(wanted, zone))


def _cells(wanted: Wanted, zone: ZoneInfo) -> Iterator[list[Any]]:
    for each in sums(wanted, meters_of(wanted.sub_account)):
        begins = each.starts_at.astimezone(zone).isoformat() if each.starts_at else ""
        quantity = f"{each.quantity.normalize():f}"
        yield [begins, each.meter.code, meter_name(each.meter), each.member, quantity, unit_name(each.meter)]
