"""A sandbox agency's clock over the API."""

from datetime import datetime

from flask.views import MethodView

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.due.advance import advance
from agency.foundation.tenant_roots.queries import sandbox_time
from agency.test_clock.schemas import Advance, ClockAnswer

resource = api("clock", __name__, description="The time of a sandbox agency.")


@resource.route("/agency/clock")
class Clock(MethodView):
    @resource.response(200, ClockAnswer)
    @permits("agency.read")
    def get(self) -> dict[str, object]:
        """Read the agency's present time."""
        return {"now": clock.now(), "is_sandbox": sandbox_time() is not None}


@resource.route("/agency/clock/advance")
class Advances(MethodView):
    @resource.arguments(Advance)
    @resource.response(200, ClockAnswer)
    @permits("clock.manage")
    def post(self, wish: dict[str, datetime]) -> dict[str, object]:
        """Advance a sandbox's time, doing all that falls due on the way, in order."""
        return {"now": advance(wish["to"]), "is_sandbox": True}
