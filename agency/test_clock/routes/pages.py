"""The test clock in the console of a sandbox; a live agency has no such page."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.blueprints import console
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.due.sources import planned
from agency.foundation.errors import NotFound
from agency.foundation.forms import Form, load_filters
from agency.foundation.local_days import instant
from agency.test_clock import queries, words
from agency.test_clock.operations import advance_clock
from agency.test_clock.rules import after
from agency.test_clock.schemas import AdvanceForm, StepQuery

pages = console("test_clock", __name__)


@pages.route("/test-clock", methods=["GET", "POST"])
@permits("clock.manage")
def show() -> ResponseReturnValue:
    if not clock.is_sandbox():
        raise NotFound
    now, zone = clock.now(), ZoneInfo(g.agency.time_zone)
    form = Form(AdvanceForm(), initial={"to": _typed(now, zone)})
    said = form.load()
    if said is not None:
        with form.catching():
            advance_clock(_target(said, now, zone), by=current_actor(), now=now)
            flash(_("The clock is there, and what was due on the way is done."), "success")
            return redirect(url_for(".show"))
    return form.page(
        "agency/test_clock/page.html",
        now=clock.now(),
        due=planned(),
        steps=queries.steps(**load_filters(StepQuery())),
        words=words,
        zone=zone.key,
    )


def _target(said: dict[str, Any], now: datetime, zone: ZoneInfo) -> datetime:
    if "stride" in said:
        return after(now, said["stride"], zone)
    written: datetime = said["to"]
    return instant(written.date(), zone, written.time())


def _typed(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
