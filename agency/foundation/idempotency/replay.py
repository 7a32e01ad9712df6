"""``@idempotent``: a POST sent twice with one key is done once, and answered twice alike."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from flask import Response, current_app, request
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select

from agency.foundation import clock
from agency.foundation.access.visitor import current_visitor
from agency.foundation.database.session import session, transaction
from agency.foundation.errors import DomainError, InvalidInput
from agency.foundation.idempotency.models import IdempotencyKey
from agency.foundation.tenancy import scope

HEADER = "Idempotency-Key"
LENGTH_MAX = 255
KEPT = timedelta(days=7)


class KeyInFlight(DomainError):
    message = _l("A request with this idempotency key is still being answered. Try again in a moment.")


class KeyReused(DomainError):
    message = _l("This idempotency key was used for another request. Nothing was done.")


def idempotent(view: Callable[..., Any]) -> Callable[..., Any]:
    """Keep the answer in the transaction of the act: a crash leaves both or neither.

    A refusal is not kept: it did nothing, and the same request is refused again while the reason lasts.
    """

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # Any view.
        key = read_key()
        if key is None:
            return view(*args, **kwargs)
        asked = fingerprint()
        with transaction():
            return first_answer(key, asked) or keep(key, asked, current_app.make_response(view(*args, **kwargs)))

    answer.is_idempotent = True  # type: ignore[attr-defined]  # Said in the API's document.
    return answer


def read_key() -> str | None:
    """The request's key.

    Raises:
        InvalidInput: it is none that can be kept.
    """
    key = request.headers.get(HEADER)
    if key is not None and (not 0 < len(key) <= LENGTH_MAX or not key.isprintable()):
        raise InvalidInput({HEADER: [str(_l("The key has 1 to 255 characters."))]})
    return key


def fingerprint() -> str:
    """Two requests with the same one ask for the same."""
    request_line = f"{request.method} {request.full_path}\n".encode()
    return hashlib.sha256(request_line + request.get_data()).hexdigest()


def first_answer(key: str, asked: str) -> Response | None:
    """The key is this transaction's until it ends.

    Raises:
        KeyInFlight: it is somebody else's now.
        KeyReused: it came with another request.
    """
    kept = locked_key(key, asked)
    if kept is None:
        return None
    response = Response(kept.body["text"], kept.status, mimetype=kept.body["type"])
    response.headers["Idempotent-Replayed"] = "true"
    return response


def locked_key(key: str, asked: str) -> IdempotencyKey | None:
    """What is kept under the key. Raises as ``first_answer``."""
    visitor = current_visitor()
    name = f"{scope.agency_id()}/{visitor.id}/{key}"
    if not session.scalar(select(func.pg_try_advisory_xact_lock(func.hashtextextended(name, 0)))):
        raise KeyInFlight
    kept = session.get(IdempotencyKey, (scope.agency_id(), visitor.id, key), populate_existing=True)
    if kept is not None and kept.fingerprint != asked:
        raise KeyReused
    return kept


def keep(key: str, asked: str, response: Response) -> Response:
    session.add(kept_as(key, asked, response.status_code, response.get_data(as_text=True), response.mimetype))
    return response


def kept_as(key: str, asked: str, status: int, text: str, kind: str | None) -> IdempotencyKey:
    return IdempotencyKey(
        visitor_id=current_visitor().id,
        key=key,
        fingerprint=asked,
        status=status,
        body={"text": text, "type": kind},
        created_at=clock.wall(),
    )


def forget_old(now: datetime) -> None:
    """Delete the agency's keys of a week ago."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now - KEPT))
