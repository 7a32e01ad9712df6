"""One handler for every refusal: a page for people, problem+json (RFC 9457) for programs."""

import logging
from collections.abc import Mapping

from flask import Flask, Response, g, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, UnprocessableEntity

from agency.foundation.access.admission import wants_page
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError

log = logging.getLogger(__name__)

# Werkzeug's own descriptions are neither translated nor written for the people who read ours.
WORDS = {
    400: _l("The request could not be understood."),
    401: _l("Sign in to go on."),
    403: _l("Your role does not allow this."),
    404: _l("There is nothing at this address."),
    405: _l("This address does not take that kind of request."),
    413: _l("What was sent is too large."),
    415: _l("The content type is not one this address reads."),
    422: _l("Some fields need another look."),
    429: _l("Too many tries. Wait a little and try again."),
    500: _l("Something failed on our side. Nothing was changed; we have been told."),
}


def install(app: Flask) -> None:
    app.register_error_handler(DomainError, _refusal)
    app.register_error_handler(CSRFError, _forged_form)
    app.register_error_handler(HTTPException, from_http)
    app.register_error_handler(Exception, _failure)


def answer(status: int, *, code: str, detail: str, errors: Mapping[str, list[str]]) -> ResponseReturnValue:
    """The refusal in the form the caller reads."""
    session.rollback()
    if wants_page():
        return render_template("errors/page.html", status=status, detail=detail, errors=errors), status
    return problem(status, code=code, detail=detail, errors=errors)


def problem(status: int, *, code: str, detail: str, errors: Mapping[str, list[str]]) -> Response:
    body = {
        "type": f"{request.url_root}api/docs#problem-{code}",
        "title": str(WORDS.get(status, WORDS[400])),
        "status": status,
        "detail": detail,
        "code": code,
        "errors": errors,
        "request_id": g.get("request_id"),
    }
    response = jsonify(body)
    response.status_code = status
    response.mimetype = "application/problem+json"
    if status == 401:  # noqa: PLR2004  # RFC 9110: a 401 names the scheme.
        response.headers["WWW-Authenticate"] = 'Bearer realm="Cartera"'
    return response


def _refusal(error: DomainError) -> ResponseReturnValue:
    return answer(error.status, code=error.code, detail=str(error), errors=error.errors)


def _forged_form(_error: CSRFError) -> ResponseReturnValue:
    detail = _("This page was open for too long. Go back, reload it and send it again; nothing was done.")
    return answer(400, code="form-expired", detail=detail, errors={})


def from_http(error: HTTPException) -> ResponseReturnValue:
    """Werkzeug's and webargs' own refusals in our words."""
    if error.code is None or error.code < 400:  # noqa: PLR2004  # A redirect is an answer, not a refusal.
        return error.get_response()
    code = error.name.lower().replace(" ", "-")
    return answer(error.code, code=code, detail=str(WORDS.get(error.code, WORDS[400])), errors=_fields(error))


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
    log.error("Unexpected failure.", exc_info=error, extra={"request_id": g.get("request_id")})
    return answer(500, code="internal-error", detail=str(WORDS[500]), errors={})
