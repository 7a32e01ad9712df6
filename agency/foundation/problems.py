"""One handler for every refusal: a page for people, problem+json (RFC 9457) for programs."""

import logging
from collections.abc import Mapping
from types import MappingProxyType

from flask import Flask, Response, current_app, g, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from redis import RedisError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, UnprocessableEntity

from agency.foundation.access.admission import wants_page
from agency.foundation.config import Settings
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.foundation.headers import request_id

log = logging.getLogger(__name__)

# Werkzeug's own descriptions are neither translated nor written for the people who read ours.
WORDS = {
    400: _l("The request could not be understood."),
    401: _l("Sign in to go on."),
    403: _l("Your role does not allow this."),
    404: _l("There is nothing at this address."),
    402: _l("The payment did not succeed."),
    405: _l("This address does not take that kind of request."),
    409: _l("This cannot be done now."),
    410: _l("This is over."),
    413: _l("What was sent is too large. Nothing was saved; send less at once, or a smaller file."),
    415: _l("The content type is not one this address reads."),
    422: _l("Some fields need another look."),
    429: _l("Too many tries. Wait a little and try again."),
    500: _l("Something failed on our side. Nothing was changed; we have been told."),
    503: _l("This cannot be answered just now. Nothing was changed; try again in a moment."),
}
# What a page of refusal is headed with; its sentence stands below.
HEADINGS = {
    400: _l("This did not work"),
    401: _l("Sign in first"),
    403: _l("This is not open to you"),
    404: _l("Page not found"),
    409: _l("Not possible right now"),
    413: _l("Too large"),
    422: _l("Not quite right yet"),
    429: _l("One moment, please"),
    500: _l("Something went wrong"),
    503: _l("Back in a moment"),
}
# What RFC 9110 wants said beside a refusal.
HEADERS_KEPT = {"Allow", "Retry-After"}
RETRY_AFTER_SECONDS = 5


def install(app: Flask) -> None:
    app.register_error_handler(DomainError, _refusal)
    app.register_error_handler(CSRFError, _forged_form)
    app.register_error_handler(HTTPException, from_http)
    app.register_error_handler(RedisError, _unavailable)
    app.register_error_handler(OperationalError, _unavailable)
    app.register_error_handler(Exception, _failure)


def answer(
    status: int,
    *,
    code: str,
    detail: str,
    errors: Mapping[str, list[str]],
    facts: Mapping[str, str | None] = MappingProxyType({}),
) -> Response:
    """The refusal in the form the caller reads."""
    session.rollback()
    if not wants_page():
        return problem(status, code=code, detail=detail, errors=errors, facts=facts)
    page = render_template(
        "errors/page.html",
        status=status,
        heading=HEADINGS.get(status, HEADINGS[400]),
        detail=detail,
        errors=errors,
        request_id=request_id(),
    )
    return Response(page, status)


def problem(
    status: int,
    *,
    code: str,
    detail: str,
    errors: Mapping[str, list[str]],
    facts: Mapping[str, str | None] = MappingProxyType({}),
) -> Response:
    settings: Settings = current_app.extensions["settings"]
    body = {
        "type": f"{settings.base_url}/api/docs#problem-{code}",
        "title": str(WORDS.get(status, WORDS[400])),
        "status": status,
        "detail": detail,
        "code": code,
        "errors": errors,
        "request_id": request_id(),
    } | dict(facts)
    response = jsonify(body)
    response.status_code = status
    response.mimetype = "application/problem+json"
    if status == 401:  # noqa: PLR2004  # RFC 9110: a 401 names the scheme.
        response.headers["WWW-Authenticate"] = 'Bearer realm="Cartera"'
    return response


def _refusal(error: DomainError) -> ResponseReturnValue:
    return answer(error.status, code=error.code, detail=str(error), errors=error.errors, facts=error.facts)


def _forged_form(_error: CSRFError) -> ResponseReturnValue:
    detail = _(
        "This page was open for too long, or you signed out meanwhile. "
        "Go back, reload it and send it again; nothing was done."
    )
    return answer(400, code="form-expired", detail=detail, errors={})


def from_http(error: HTTPException) -> ResponseReturnValue:
    """Werkzeug's and webargs' own refusals in our words."""
    if error.code is None or error.code < 400:  # noqa: PLR2004  # A redirect is an answer, not a refusal.
        return error.get_response()
    code = error.name.lower().replace(" ", "-")
    refusal = answer(error.code, code=code, detail=str(WORDS.get(error.code, WORDS[400])), errors=_fields(error))
    refusal.headers.extend([(name, text) for name, text in error.get_headers() if name in HEADERS_KEPT])
    return refusal


def _fields(error: HTTPException) -> dict[str, list[str]]:
    """Webargs hangs marshmallow's messages on its 422."""
    if not isinstance(error, UnprocessableEntity) or not hasattr(error, "data"):
        return {}
    return flatten(next(iter(error.data["messages"].values())))


def flatten(messages: object, path: str = "") -> dict[str, list[str]]:
    """Marshmallow's nested messages with one dotted name per field."""
    if isinstance(messages, Mapping):
        found: dict[str, list[str]] = {}
        for name, inner in messages.items():
            found |= flatten(inner, f"{path}.{name}" if path else str(name))
        return found
    texts = messages if isinstance(messages, list) else [messages]
    return {path or "body": [str(text) for text in texts]}


def _failure(error: Exception) -> ResponseReturnValue:
    log.error("Unexpected failure of %s.", request_id(), exc_info=error)
    _forget_who_asks()
    return answer(500, code="internal-error", detail=str(WORDS[500]), errors={})


def _unavailable(error: Exception) -> ResponseReturnValue:
    """The database or Redis is away, or gave up waiting."""
    log.error("Unavailable for %s.", request_id(), exc_info=error)
    _forget_who_asks()
    refusal = answer(503, code="unavailable", detail=str(WORDS[503]), errors={})
    refusal.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return refusal


def _forget_who_asks() -> None:
    """The page of a failure asks the database nothing, for that may be what failed."""
    g.pop("agency", None)
    g.is_admitted = False
    g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]  # noqa: SLF001  # Where Flask-Login keeps both.
