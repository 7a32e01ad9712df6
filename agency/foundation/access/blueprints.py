"""Blueprints of the audiences: the address names the tenant, admission checks it, views need not repeat it."""

from collections.abc import Callable, MutableMapping
from typing import Any, TypeVar, cast

from flask import Blueprint, current_app, g
from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow import Schema

from agency.foundation.json_bodies import BodyParser

View = TypeVar("View", bound=Callable[..., object])

CONSOLE = "console"
PANEL = "panel"
API = "api"
ACCOUNT = "account"
PORTAL = "portal"
PROFILE = "profile"
OPEN = "open"

# The parts of an address that admission takes out, and url_for puts back.
TENANT_VALUES = {
    CONSOLE: ("agency_slug",),
    PANEL: ("sub_account_id",),
    PORTAL: ("portal",),
    PROFILE: ("portal", "profile_id"),
}
TENANT_KEYS = sorted({key for keys in TENANT_VALUES.values() for key in keys})


class AudienceBlueprint(Blueprint):
    audience: str = OPEN


class ApiBlueprint(SmorestBlueprint):
    """Flask-smorest's blueprint, with a strict reader of bodies and the types that it does not carry."""

    ARGUMENTS_PARSER = BodyParser()
    audience: str = API

    def arguments(self, schema: type[Schema], *, location: str = "json", **options: Any) -> Callable[[View], View]:  # noqa: ANN401  # Flask-smorest's own options.
        return cast("Callable[[View], View]", super().arguments(schema, location=location, **options))

    def response(
        self,
        status: int,
        schema: type[Schema] | None = None,
        **options: Any,  # noqa: ANN401  # The same.
    ) -> Callable[[View], View]:
        return cast("Callable[[View], View]", super().response(status, schema, **options))

    def doc(self, **described: Any) -> Callable[[View], View]:  # noqa: ANN401  # The same.
        return cast("Callable[[View], View]", super().doc(**described))


def console(name: str, import_name: str) -> AudienceBlueprint:
    """Pages of the agency, under ``/a/<agency>``."""
    return _audience(CONSOLE, AudienceBlueprint(name, import_name, url_prefix="/a/<agency_slug>"))


def panel(name: str, import_name: str) -> AudienceBlueprint:
    """Pages of a sub-account, under ``/s/<sub-account>/billing``."""
    return _audience(PANEL, AudienceBlueprint(name, import_name, url_prefix="/s/<id(sac):sub_account_id>/billing"))


def portal(name: str, import_name: str) -> AudienceBlueprint:
    """Pages of a sub-account's end customers about themselves, under ``/p/<portal>``."""
    return _audience(PORTAL, AudienceBlueprint(name, import_name, url_prefix="/p/<portal>"))


def profile(name: str, import_name: str) -> AudienceBlueprint:
    """Pages of one customer in the portal: the address carries the profile, so that every read and write does."""
    return _audience(PROFILE, AudienceBlueprint(name, import_name, url_prefix="/p/<portal>/<id(cus):profile_id>"))


def portal_door(name: str, import_name: str) -> AudienceBlueprint:
    """Pages for anybody at a portal's address: the way in."""
    return _addressed(PORTAL, AudienceBlueprint(name, import_name, url_prefix="/p/<portal>"))


def account(name: str, import_name: str) -> AudienceBlueprint:
    """Pages of a signed-in person about themselves, at no tenant's address."""
    return _audience(ACCOUNT, AudienceBlueprint(name, import_name))


def outside(name: str, import_name: str) -> AudienceBlueprint:
    """Pages for anybody: sign-in, links from mails, operations."""
    return AudienceBlueprint(name, import_name)


def api(name: str, import_name: str, *, description: str) -> ApiBlueprint:
    """Resources under ``/api/v1``."""
    return ApiBlueprint(name, import_name, url_prefix="/api/v1", description=description)


def _audience(audience: str, blueprint: AudienceBlueprint) -> AudienceBlueprint:
    blueprint.audience = audience
    return _addressed(audience, blueprint)


def _addressed(audience: str, blueprint: AudienceBlueprint) -> AudienceBlueprint:
    for key in TENANT_VALUES.get(audience, ()):
        blueprint.url_value_preprocessor(_taking_out(key))
    return blueprint


def _taking_out(key: str) -> Callable[[str | None, dict[str, Any] | None], None]:
    def take(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        setattr(g, key, (values or {}).pop(key, None))

    return take


def put_tenant_back(endpoint: str, values: MutableMapping[str, Any]) -> None:
    """For ``url_for``: an address of the same tenant, unless another one is asked for."""
    for key in TENANT_KEYS:
        if key in g and key not in values and current_app.url_map.is_endpoint_expecting(endpoint, key):
            values[key] = g.get(key)
