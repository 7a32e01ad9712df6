"""Apps as the API shows them to whoever asks: the publisher's list, or for a client what it pays."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from agency.foundation.tenancy import scope
from marketplace.catalogue import queries
from marketplace.catalogue.models.apps import App
from marketplace.catalogue.queries import Sold

SAID = (
    *("id", "name", "tagline", "description", "support_address", "categories", "languages", "permissions"),
    *("currency", "state", "review_note", "listed_at"),
)
PRICE = ("id", "kind", "code", "name", "currency", "unit", "interval", "trial_days")


def shown(apps: Sequence[App], *, now: datetime) -> list[dict[str, Any]]:
    """With prices, publisher and offer, in a handful of queries."""
    ids = [app.id for app in apps]
    publishers = queries.publishers(app.publisher_id for app in apps)
    offers = {app_id: offer for app_id, offer in queries.offers().items() if app_id in ids}
    client = scope.sub_account_id()
    sold = queries.sold_by_offers(list(offers.values()), sub_account_id=client, now=now) if client else {}
    listed: dict[object, list[dict[str, Any]]] = {}
    for price in queries.prices_of_apps(ids) if client is None else []:
        listed.setdefault(price.app_id, []).append(_names(price, (*PRICE, "amount", "lowest", "highest")))
    return [
        _names(app, SAID)
        | {
            "publisher": publishers[app.publisher_id].name,
            "offer": offers.get(app.id) if client is None else None,
            "prices": listed.get(app.id, [])
            if client is None
            else [_sold(price) for price in sold.get(offers[app.id].id, [])],
        }
        for app in apps
    ]


def _names(row: object, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _sold(price: Sold) -> dict[str, Any]:
    return _names(price.listed, PRICE) | {
        "amount": price.amount,
        "lowest": price.lowest,
        "highest": price.highest,
    }
