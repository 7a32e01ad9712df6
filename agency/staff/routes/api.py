from datetime import datetime
from typing import Any
from uuid import UUID

from flask import g
from flask.views import MethodView

from agency.foundation import clock
from agency.foundation.access import blueprints
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor, current_visitor
from agency.foundation.database.session import transaction
from agency.foundation.paging import Page
from agency.staff import queries
from agency.staff.models import ApiKey
from agency.staff.operations.api_keys import create_api_key, revoke_api_key
from agency.staff.schemas import ApiKeyBody, ApiKeyMade, ApiKeyPage, ApiKeyQuery
from agency.tenants import queries as tenants

api_keys = blueprints.api(
    "api-keys", __name__, description="Keys of programs; one never grants more than it may do itself."
)


@api_keys.route("/api-keys")
class Keys(MethodView):
    @api_keys.arguments(ApiKeyQuery, location="query")
    @api_keys.response(200, ApiKeyPage)
    @permits("keys.manage")
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List the keys within reach, newest first."""
        page: Page[ApiKey] = queries.api_keys(**query)
        return {"data": page.rows, "next_cursor": page.next_cursor}

    @api_keys.arguments(ApiKeyBody)
    @api_keys.response(201, ApiKeyMade)
    @permits("keys.manage")
    def post(self, wish: dict[str, Any]) -> dict[str, Any]:
        """Make a key; its text is in this answer and nowhere else, so there is no Idempotency-Key here."""
        place = g.place or wish["sub_account_id"]
        if wish["sub_account_id"] is not None:
            tenants.sub_account(wish["sub_account_id"])
        with transaction():
            key, text = create_api_key(
                name=wish["name"],
                scopes=frozenset(wish["scopes"]),
                held=current_visitor().grants[g.place],
                sub_account_id=place,
                by=current_actor(),
                now=clock.wall(),
            )
        return {**_shown(key), "key": text}


@api_keys.route("/api-keys/<id(key):key_id>")
class Key(MethodView):
    @api_keys.response(204)
    @permits("keys.manage")
    def delete(self, key_id: UUID) -> None:
        """Revoke a key: from the next request on it opens nothing."""
        with transaction():
            revoke_api_key(queries.api_key(key_id), by=current_actor(), now=clock.wall())


def _shown(key: ApiKey) -> dict[str, UUID | str | list[str] | datetime | None]:
    return {name: getattr(key, name) for name in ApiKeyMade().fields if name != "key"}
