"""A sandbox agency's clock over the API."""

from datetime import datetime
from typing import Any

from flask.views import MethodView

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.api import ListQuery
from agency.foundation.due.models import ClockStep
from agency.foundation.due.sources import planned
from agency.foundation.paging import Page
from agency.test_clock import queries
from agency.test_clock.operations import advance_clock
from agency.test_clock.schemas import Advance, ClockAnswer, ClockSteps

resource = api("clock", __name__, description="The time of a sandbox agency.")


@resource.route("/agency/clock")
class Clock(MethodView):
    @resource.response(200, ClockAnswer)
    @permits("agency.read")
    def get(self) -> dict[str, object]:
        """Read the agency's present time, and what falls due next."""
        return _told()


@resource.route("/agency/clock/advance")
class Advances(MethodView):
    @resource.arguments(Advance)
    @resource.response(200, ClockAnswer)
    @permits("clock.manage")
    def post(self, wish: dict[str, datetime]) -> dict[str, object]:
        """Advance a sandbox's time, doing all that falls due on the way, in order."""
        advance_clock(wish["to"], by=current_actor(), now=clock.now())
        return _told()


@resource.route("/agency/clock/steps")
class StepList(MethodView):
    @resource.arguments(ListQuery, location="query")
    @resource.response(200, ClockSteps)
    @permits("agency.read")
    def get(self, query: dict[str, Any]) -> Page[ClockStep]:
        """List the moments at which a sandbox's clock stopped for work that was due, newest first."""
        return queries.steps(**query)


def _told() -> dict[str, object]:
    return {"now": clock.now(), "is_sandbox": clock.is_sandbox(), "due": planned()}
