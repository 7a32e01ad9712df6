"""``@idempotent_in_steps``: for a POST that commits, calls the outside world, and commits again.

The key is claimed first and answered last. What lies between finds its own row again by ``request_name``, so
that a request cut off in the middle goes on where it stopped.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import Response, current_app, request
from sqlalchemy import delete

from agency.foundation import clock
from agency.foundation.access.visitor import current_visitor
from agency.foundation.database.session import session, transaction
from agency.foundation.idempotency.models import IdempotencyKey
from agency.foundation.idempotency.replay import (
    HEADER,
    KeyInFlight,
    fingerprint,
    first_answer,
    keep,
    kept_as,
    locked_key,
    read_key,
)

UNANSWERED = 0
# Longer than any request lives: after that whoever claimed the key is gone.
CLAIM_LIVES = timedelta(seconds=60)


def request_name() -> str | None:
    """What this request is called, however often it is sent; None where it has no key."""
    key = request.headers.get(HEADER)
    return None if key is None else f"{current_visitor().id}/{key}"


def idempotent_in_steps(view: Callable[..., Any]) -> Callable[..., Any]:
    """As ``idempotent``; the view opens its own transactions. A refusal frees the key."""

    @wraps(view)
    def answer(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # Any view.
        key = read_key()
        if key is None:
            return view(*args, **kwargs)
        asked = fingerprint()
        with transaction():
            if (first := _claim(key, asked)) is not None:
                return first
        try:
            response = current_app.make_response(view(*args, **kwargs))
        except BaseException:
            with transaction():
                _release(key)
            raise
        with transaction():
            _release(key)
            return keep(key, asked, response)

    answer.is_idempotent = True  # type: ignore[attr-defined]  # Said in the API's document.
    return answer


def _claim(key: str, asked: str) -> Response | None:
    """The first answer, or None with the key claimed; a claim that nobody answered in time passes on."""
    claimed = locked_key(key, asked)
    if claimed is not None and claimed.status != UNANSWERED:
        return first_answer(key, asked)
    if claimed is not None and claimed.created_at > clock.wall() - CLAIM_LIVES:
        raise KeyInFlight
    _release(key)
    session.add(kept_as(key, asked, UNANSWERED, "", None))
    return None


def _release(key: str) -> None:
    session.execute(
        delete(IdempotencyKey).where(
            IdempotencyKey.visitor_id == current_visitor().id,
            IdempotencyKey.key == key,
            IdempotencyKey.status == UNANSWERED,
        )
    )
