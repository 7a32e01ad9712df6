"""What templates may call, and the navigation that features register."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, has_request_context, request, url_for
from flask_babel.speaklater import LazyString
from flask_login import current_user

from agency.foundation import charts, clock, headers, i18n
from agency.foundation.access.admission import audience_of
from agency.foundation.audit.acts import act_name, field_name
from agency.foundation.icons import icon
from agency.foundation.static_files import static_files, static_url
from agency.foundation.tables import cell_class
from agency.foundation.tenancy import scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of a rail or a tab: shown to those who hold its permission at the place.

    ``tabs`` names the audience of the tabs below an entry of a rail, ``rooms`` further blueprints: their pages light
    the entry too.
    ``sandbox_only``: a live agency has no such page.
    """

    label: LazyString
    endpoint: str
    permission: str
    icon: str = ""
    group: LazyString | str = ""
    tabs: str = ""
    rooms: tuple[str, ...] = ()
    sandbox_only: bool = False


navigation: dict[str, list[Entry]] = {}


def add_navigation(audience: str, *entries: Entry) -> None:
    """Called by ``agency/app.py``, in the order in which people see them."""
    shown = navigation.setdefault(audience, [])
    shown.extend(entry for entry in entries if entry not in shown)


def navigation_for(audience: str, **values: Any) -> list[dict[str, object]]:  # noqa: ANN401  # The parts of an address.
    """What this visitor may open, with addresses; the entry of this page is current.

    Words are said here once: a template compares them often, and each time would translate them anew.
    """
    entries = navigation.get(audience, [])
    here = _entry_here(entries)
    person = current_user._get_current_object()  # noqa: SLF001  # Werkzeug's own way to the object.
    return [
        {
            "label": str(entry.label),
            "href": url_for(entry.endpoint, **values),
            "icon": entry.icon,
            "group": str(entry.group),
            "current": entry is here,
        }
        for entry in entries
        if person.is_authenticated and person.may(entry.permission)
        if clock.is_sandbox() or not entry.sandbox_only
    ]


def _entry_here(entries: list[Entry]) -> Entry | None:
    """The entry of this page, else the first of its room (a blueprint), else the one whose tabs or rooms hold it."""
    by_page = (entry for entry in entries if entry.endpoint == request.endpoint)
    by_room = (entry for entry in entries if _room(entry) == request.blueprint)
    by_tab = (entry for entry in entries if request.blueprint in _rooms_below(entry))
    return next(chain(by_page, by_room, by_tab), None)


def _rooms_below(entry: Entry) -> set[str]:
    return {*entry.rooms, *(_room(tab) for tab in navigation.get(entry.tabs, []))}


def _room(entry: Entry) -> str:
    return entry.endpoint.rpartition(".")[0]


def _navigation_here() -> list[dict[str, object]]:
    """The rail of an admitted visitor; a page of refusal has none."""
    return navigation_for(audience_of(request.endpoint)) if g.get("is_admitted") and request.endpoint else []


def with_query(path: str | None = None, /, **changes: str | None) -> str:
    """This page's address, or another one, with this page's filters but for the changes; None drops one."""
    kept = {name: text for name, text in (request.args.to_dict() | changes).items() if text}
    return f"{path or request.path}?{urlencode(kept)}" if kept else path or request.path


def install(app: Flask, *, tenant: Callable[[], dict[str, object]]) -> None:
    app.register_blueprint(static_files)
    app.jinja_env.filters.update(act_name=act_name, field_name=field_name)
    app.jinja_env.globals.update(
        agency_id=scope.agency_id,
        static_url=static_url,
        icon=icon,
        navigation_for=navigation_for,
        cell_class=cell_class,
        csp_nonce=headers.csp_nonce,
        with_query=with_query,
        plot=charts.plot,
        share=charts.share,
    )

    @app.context_processor
    def shared() -> dict[str, object]:
        """For pages, and for letters, which a job may write without a request."""
        is_known = has_request_context() and current_user.is_authenticated
        return {
            "locale": i18n.language(),
            "languages": i18n.LANGUAGES,
            "tenant": tenant(),
            "person": current_user if is_known else None,
            "place": g.get("place"),
            "navigation": _navigation_here(),
        }
