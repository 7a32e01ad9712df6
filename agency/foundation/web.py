"""What templates may call, and the navigation that features register."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, request, url_for
from flask_babel.speaklater import LazyString
from flask_login import current_user

from agency.foundation import headers, i18n
from agency.foundation.icons import icon
from agency.foundation.static_files import static_files, static_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of a rail or a tab: shown to those who hold its permission at the place."""

    label: LazyString
    endpoint: str
    permission: str
    icon: str = ""
    group: LazyString | str = ""


navigation: dict[str, list[Entry]] = {}


def add_navigation(audience: str, *entries: Entry) -> None:
    """Called by ``agency/app.py``, in the order in which people see them."""
    shown = navigation.setdefault(audience, [])
    shown.extend(entry for entry in entries if entry not in shown)


def navigation_for(audience: str, **values: Any) -> list[dict[str, object]]:  # noqa: ANN401  # The parts of an address.
    """What this visitor may open, with addresses; the entry of this page is current."""
    return [
        {
            "label": entry.label,
            "href": url_for(entry.endpoint, **values),
            "icon": entry.icon,
            "group": entry.group,
            "current": _is_current(entry),
        }
        for entry in navigation.get(audience, [])
        if current_user.is_authenticated and current_user.may(entry.permission)
    ]


def _is_current(entry: Entry) -> bool:
    """A blueprint is a room: any page of it lights its entry, unless another entry names that very page."""
    if request.endpoint is None:
        return False
    everywhere = [other.endpoint for entries in navigation.values() for other in entries]
    if request.endpoint in everywhere:
        return request.endpoint == entry.endpoint
    return request.blueprint == entry.endpoint.rpartition(".")[0]


def install(app: Flask, *, tenant: Callable[[], dict[str, object]]) -> None:
    app.register_blueprint(static_files)
    app.jinja_env.globals.update(
        static_url=static_url, icon=icon, navigation_for=navigation_for, csp_nonce=headers.csp_nonce
    )

    @app.context_processor
    def shared() -> dict[str, object]:
        return {
            "locale": i18n.language(),
            "languages": i18n.LANGUAGES,
            "tenant": tenant(),
            "person": current_user if current_user.is_authenticated else None,
            "place": g.get("place"),
        }
