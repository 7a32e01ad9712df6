"""What an app's publisher asks with its own tenant's key: its installs in every agency, and a key to one of them."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from marshmallow import fields

from agency.foundation import clock, ids
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.api import ListQuery
from agency.foundation.database.session import session, transaction
from agency.foundation.errors import InvalidInput
from agency.foundation.schemas import StrictSchema, TypedId
from agency.foundation.tenancy import scope
from marketplace.catalogue.models.apps import App
from marketplace.catalogue.queries import own_app
from marketplace.installs.operations.keys import issue_key
from marketplace.installs.published import published_install, published_installs
from marketplace.installs.queries import locked_install
from marketplace.installs.schemas import AppKeyMade
from wallet.credits.schemas import Moment

published = api("published-apps", __name__, description="A publisher's apps at work, in every agency.")


class PublishedAnswer(StrictSchema):
    id = TypedId("ins")
    app_id = TypedId("app")
    sub_account_id = TypedId("sac")
    client_name = fields.String()
    state = fields.String()
    price_id = TypedId("apr", attribute="app_price_id", allow_none=True)
    installed_at = Moment()
    trial_ends_at = Moment(allow_none=True)
    removed_at = Moment(allow_none=True)


class PublishedPage(StrictSchema):
    data = fields.List(fields.Nested(PublishedAnswer))
    next_cursor = fields.String(allow_none=True)


@published.route("/apps/<id(app):app_id>/installs")
class PublishedInstalls(MethodView):
    @published.arguments(ListQuery, location="query")
    @published.response(200, PublishedPage)
    @permits("apps.publish")
    def get(self, query: dict[str, Any], app_id: UUID) -> dict[str, object]:
        """The installs of an app of this publisher in every agency, newest first."""
        app = own_app(app_id)
        before = _position(query["cursor"]) if query.get("cursor") else None
        rows = published_installs(app.id, before=before, limit=query["limit"] + 1)
        shown = rows[: query["limit"]]
        more = len(rows) > len(shown)
        return {"data": shown, "next_cursor": ids.encode_bare(shown[-1].id) if more else None}


@published.route("/installs/<id(ins):install_id>/key")
class InstallKey(MethodView):
    @published.response(201, AppKeyMade)
    @permits("apps.publish")
    def post(self, install_id: UUID) -> dict[str, object]:
        """Make the app's key to one install; the one before opens nothing any more."""
        found = published_install(install_id)
        by = current_actor()
        session.remove()
        with scope.of_agency(found.agency_id, sub_account_id=found.sub_account_id), transaction():
            row = locked_install(found.id)
            key, text = issue_key(row, session.get_one(App, row.app_id), by=by, now=clock.wall())
            return {"key": text, "scopes": key.scopes}


def _position(cursor: str) -> UUID:
    try:
        return ids.decode_bare(cursor)
    except ids.MalformedId as error:
        raise InvalidInput({"cursor": [str(error)]}) from error
