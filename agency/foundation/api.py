"""The API's frame: OpenAPI 3.1, readable docs, refusals as problem+json."""

from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l
from flask_smorest import Api
from marshmallow import Schema, fields, validate
from werkzeug.exceptions import HTTPException

from agency.foundation import problems
from agency.foundation.access.blueprints import ApiBlueprint
from agency.foundation.access.marks import public
from agency.foundation.api_document import complete
from agency.foundation.converters import IdConverter
from agency.foundation.paging import LIMIT_MAX
from agency.foundation.schemas import MoneyField, StrictSchema, TypedId

DESCRIPTION = """
Bill sub-accounts, keep their wallets, receive usage.

Send `Authorization: Bearer <key>`. Money is `{"amount": "12.50", "currency": "USD"}`, a decimal string in major
units; times are RFC 3339 in UTC; lists are `{"data": [...], "next_cursor": ...}` and take `limit` and `cursor`.
A POST with an `Idempotency-Key` is done once: sent again with the same body it gives the first answer, with
another body 409. Refusals are `application/problem+json` (RFC 9457) and name each wrong field in `errors`.
"""


class Problem(Schema):
    """RFC 9457, with the refusal's own code, the wrong fields and the request's id."""

    type = fields.String()
    title = fields.String()
    status = fields.Integer()
    detail = fields.String()
    code = fields.String()
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))
    request_id = fields.String()


class ListQuery(StrictSchema):
    """What every list takes."""

    cursor = fields.String(metadata={"description": "The `next_cursor` of the page before."})
    limit = fields.Integer(
        load_default=25, validate=validate.Range(1, LIMIT_MAX, error=_l("Ask for {min} to {max} rows."))
    )


class CarteraApi(Api):
    """Refusals are one handler's business for pages and API alike (``problems``)."""

    ERROR_SCHEMA = Problem

    def handle_http_exception(self, error: HTTPException) -> Any:  # noqa: ANN401  # Flask-smorest's signature.
        return problems.from_http(error)


def install(app: Flask, blueprints: list[ApiBlueprint]) -> CarteraApi:
    app.config.update(
        API_TITLE="Cartera",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=None,
        OPENAPI_JSON_PATH="openapi.json",
    )
    api = CarteraApi(
        app,
        spec_kwargs={
            "info": {"description": DESCRIPTION},
            "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
            "security": [{"key": []}],
        },
    )
    api.register_field(TypedId, "string", None)
    api.register_field(MoneyField, "object", None)
    api.register_field(fields.Decimal, "string", None)
    api.register_converter(IdConverter, lambda converter: {"type": "string", "pattern": f"^{converter.prefix}_"})
    csrf = app.extensions["csrf_guard"]
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
        csrf.exempt(blueprint)

    app.extensions["openapi"] = complete(api.spec.to_dict(), app)

    @app.get("/api/v1/openapi.json")
    @public("The document describes addresses, not anybody's data.")
    def openapi() -> dict[str, Any]:
        document: dict[str, Any] = app.extensions["openapi"]
        return document

    return api
