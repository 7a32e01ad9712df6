"""Meters for programs."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.idempotency.replay import idempotent
from agency.foundation.paging import Page
from agency.plans import queries
from agency.plans.models.meters import Meter
from agency.plans.operations.archiving import set_archived
from agency.plans.operations.meters import MeterWish, add_meter, change_meter
from agency.plans.rules.aggregation import Aggregation
from agency.plans.schemas.meters import ArchivableQuery, MeterAnswer, MeterChanges, Meters, NewMeter

resources = api("meters", __name__, description="What usage is counted in.")
EXAMPLE = {"code": "gigabytes", "name": "Storage", "unit": "GB", "aggregation": "max"}


@resources.route("/meters")
class MeterList(MethodView):
    @resources.arguments(ArchivableQuery, location="query")
    @resources.response(200, Meters)
    @permits("catalogue.read")
    def get(self, query: dict[str, Any]) -> Page[Meter]:
        """List meters, newest first."""
        return queries.meters(**query)

    @idempotent
    @resources.arguments(NewMeter, example=EXAMPLE)
    @resources.response(201, MeterAnswer)
    @permits("catalogue.manage")
    def post(self, wish: dict[str, Any]) -> Meter:
        """Add a meter."""
        asked = MeterWish(**(wish | {"aggregation": Aggregation(wish["aggregation"])}))
        with transaction():
            return add_meter(asked, by=current_actor(), now=clock.now())


@resources.route("/meters/<id(mtr):meter_id>")
class OneMeter(MethodView):
    @resources.response(200, MeterAnswer)
    @permits("catalogue.read")
    def get(self, meter_id: UUID) -> Meter:
        """One meter."""
        return queries.one(Meter, meter_id)

    @resources.arguments(MeterChanges)
    @resources.response(200, MeterAnswer)
    @permits("catalogue.manage")
    def patch(self, changes: dict[str, Any], meter_id: UUID) -> Meter:
        """Rename a meter, or archive it."""
        meter, by, now = queries.one(Meter, meter_id), current_actor(), clock.now()
        archived = changes.pop("archived", None)
        with transaction():
            change_meter(meter, changes, by=by, now=now)
            if archived is not None:
                set_archived(meter, archived=archived, by=by, now=now)
        return meter
