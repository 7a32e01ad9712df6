"""Resold services over the API: what each costs and sells for, and bulk changes of their markups."""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.api import ListQuery
from agency.foundation.database.session import transaction
from agency.foundation.errors import NotAllowed
from agency.foundation.idempotency.replay import idempotent
from agency.foundation.paging import Page
from agency.foundation.tenancy import scope
from marketplace.resale import queries
from marketplace.resale.models import MarkupChange
from marketplace.resale.operations import change_markups, plan_markups, undo_markups
from marketplace.resale.rules import MarkupWish
from marketplace.resale.schemas import MarkupAnswer, MarkupBody, MarkupChangeAnswer, MarkupChangesPage, Resales

resale = api("resale-offers", __name__, description="Services that an agency resells, their cost and markup.")


@resale.route("/resale-offers")
class ResaleOffers(MethodView):
    @resale.response(200, Resales)
    @permits("catalogue.manage")
    def get(self) -> dict[str, object]:
        """Everything that is resold: wholesale cost, markup or own price, what is included, the most it costs."""
        return {"data": queries.resale_offers(at=clock.now()), "next_cursor": None}


@resale.route("/resale-offers/changes")
class MarkupChanges(MethodView):
    @resale.arguments(ListQuery, location="query")
    @resale.response(200, MarkupChangesPage)
    @permits("catalogue.manage")
    def get(self, query: dict[str, Any]) -> Page[MarkupChange]:
        """Bulk changes, newest first."""
        return queries.markup_changes(cursor=query.get("cursor"), limit=query["limit"])

    @idempotent
    @resale.arguments(MarkupBody, example={"percent": "10", "dry_run": True})
    @resale.response(200, MarkupAnswer)
    @permits("catalogue.manage")
    def post(self, said: dict[str, Any]) -> dict[str, object]:
        """Change markups; a dry run, which it is unless said otherwise, shows each client's difference."""
        if scope.sub_account_id() is not None:
            raise NotAllowed
        now, by = clock.now(), current_actor()
        wish = MarkupWish(markup=said["markup"], percent=said["percent"])
        with transaction():
            lines = plan_markups(wish, product_ids=said["product_ids"], now=now)
            made = None if said["dry_run"] else change_markups(wish, lines, by=by, now=now)
            return {"id": made.id if made else None, "lines": lines}


@resale.route("/resale-offers/changes/<id(mkc):markup_change_id>/undo")
class Undos(MethodView):
    @idempotent
    @resale.response(200, MarkupChangeAnswer)
    @permits("catalogue.manage")
    def post(self, markup_change_id: UUID) -> MarkupChange:
        """Give every line its former terms again, as its newest version."""
        with transaction():
            change = queries.markup_change(markup_change_id)
            undo_markups(change, by=current_actor(), now=clock.now())
            return change
