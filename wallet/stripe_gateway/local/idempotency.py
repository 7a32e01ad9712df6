"""Idempotency keys as Stripe documents them: per account, kept a day, saved once work began."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from wallet.stripe_gateway.local.exchange import Request
from wallet.stripe_gateway.local.refusals import Json, Refusal, invalid
from wallet.stripe_gateway.local.store import Store

_KEPT_SECONDS = 24 * 3600
_LONGEST_KEY = 255


@dataclass(frozen=True)
class Saved:
    request_id: str
    status: int
    body: Json


class IdempotencyKeys:
    """Keys in work live in memory, so that a killed server leaves none locked; answers live in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._in_work: set[tuple[str, str]] = set()

    @contextmanager
    def held(self, account: str, key: str | None) -> Iterator[None]:
        """The key belongs to this request until the block ends; another request with it gets 409."""
        if not key:
            yield
            return
        if len(key) > _LONGEST_KEY:
            raise invalid(f"Idempotency keys are at most {_LONGEST_KEY} characters long.")
        with self._lock:
            if (account, key) in self._in_work:
                raise Refusal(409, "idempotency_error", _in_use(key), code="idempotency_key_in_use")
            self._in_work.add((account, key))
        try:
            yield
        finally:
            with self._lock:
                self._in_work.discard((account, key))

    def saved(self, account: str, key: str | None, request: Request, now: int) -> Saved | None:
        """The answer given before; refused when the key came with another path or body."""
        if not key:
            return None
        rows = self._store.run(
            "SELECT path, fingerprint, request_id, status, body FROM idempotency"
            " WHERE account = ? AND key = ? AND created > ?",
            account,
            key,
            now - _KEPT_SECONDS,
        )
        if not rows:
            return None
        path, fingerprint, request_id, status, body = rows[0]
        if path != request.path:
            raise Refusal(400, "idempotency_error", _other_endpoint(path, key))
        if fingerprint != _fingerprint(request):
            raise Refusal(400, "idempotency_error", _other_parameters(key))
        return Saved(request_id, status, json.loads(body))

    def save(self, account: str, key: str | None, request: Request, now: int, answer: Saved) -> None:
        if not key:
            return
        self._store.run(
            "INSERT OR REPLACE INTO idempotency VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            account,
            key,
            request.path,
            _fingerprint(request),
            now,
            answer.request_id,
            answer.status,
            json.dumps(answer.body),
        )


def _fingerprint(request: Request) -> str:
    return hashlib.sha256(json.dumps(request.values, sort_keys=True).encode()).hexdigest()


def _in_use(key: str) -> str:
    return (
        f"There is currently another in-progress request using this Idempotent Key '{key}' (that probably means you "
        "submitted twice, and the other request is still going through). Please try again later."
    )


def _other_endpoint(path: str, key: str) -> str:
    return (
        f"Keys for idempotent requests can only be used for the same endpoint they were first used for ('{path}'). "
        f"Try using a key other than '{key}' if you meant to execute a different request."
    )


def _other_parameters(key: str) -> str:
    return (
        "Keys for idempotent requests can only be used with the same parameters they were first used with. "
        f"Try using a key other than '{key}' if you meant to execute a different request."
    )
