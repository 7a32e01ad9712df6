"""The reads every resource has: one object by id, and a page of them."""

import json
from collections.abc import Callable

from wallet.stripe_gateway.local.call import Call
from wallet.stripe_gateway.local.refusals import Json, invalid

_CURSORS = ("limit", "starting_after", "ending_before")
_LARGEST_PAGE = 100


def retrieving(kind: str) -> Callable[..., Json]:
    def retrieve(call: Call, _wish: Json, key: str) -> Json:
        return call.find(kind, key)

    return retrieve


def listing(kind: str, url: str) -> Callable[..., Json]:
    def list_page(call: Call, wish: Json) -> Json:
        return page(call, kind, url, wish)

    return list_page


def page(call: Call, kind: str, url: str, wish: Json) -> Json:
    """The newest first, 10 unless told; filters are whatever else the request asked for."""
    limit = wish.get("limit", 10)
    if not 1 <= limit <= _LARGEST_PAGE:
        raise invalid(f"Invalid limit: {limit}", code="parameter_invalid_integer", param="limit")
    after, before = wish.get("starting_after"), wish.get("ending_before")
    for param, cursor in (("starting_after", after), ("ending_before", before)):
        if cursor:
            call.find(kind, cursor, param=param)
    # One more than asked tells whether there are further ones.
    things = call.store.page(call.account, kind, _filters(wish), limit=limit + 1, after=after, before=before)
    has_more = len(things) > limit
    shown = things[-limit:] if before else things[:limit]
    return {"object": "list", "data": shown, "has_more": has_more, "url": url}


def _filters(wish: Json) -> Json:
    filters = {name: value for name, value in wish.items() if name not in {*_CURSORS, "created"}}
    if "types" in filters:
        filters["types"] = json.dumps(filters["types"])
    created = wish.get("created", {})
    return filters | (created if isinstance(created, dict) else {"gte": created, "lte": created})
