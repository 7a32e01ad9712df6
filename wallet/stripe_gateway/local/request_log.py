"""Every request that came, with its idempotency key: tests count here who asked what, and how often."""

import json

from wallet.stripe_gateway.local.exchange import Request
from wallet.stripe_gateway.local.refusals import Json
from wallet.stripe_gateway.local.store import Store

_KEPT = 100_000
_COLUMNS = ("id", "at", "method", "path", "account", "idempotency_key", "body", "status", "outcome")


class RequestLog:
    """Outcomes: `received`, then `answered`, `replayed`, `refused`, `fault` or `cut`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        store.run("DELETE FROM requests WHERE seq <= (SELECT max(seq) FROM requests) - ?", _KEPT)

    def open(self, request_id: str, request: Request, now: int) -> None:
        self._store.run(
            "INSERT INTO requests (id, at, method, path, idempotency_key, body, outcome)"
            " VALUES (?, ?, ?, ?, ?, ?, 'received')",
            request_id,
            now,
            request.method,
            request.path,
            request.headers.get("Idempotency-Key"),
            json.dumps(_masked(request.values)),
        )

    def close(self, request_id: str, account: str | None, status: int | None, outcome: str) -> None:
        self._store.run(
            "UPDATE requests SET account = ?, status = ?, outcome = ? WHERE id = ?",
            account,
            status,
            outcome,
            request_id,
        )

    def entries(self, wanted: Json) -> list[Json]:
        """The oldest first; `account`, `method`, `path`, `idempotency_key` narrow, `*` in the path is a wildcard."""
        rows = self._store.run(
            "SELECT id, at, method, path, account, idempotency_key, body, status, outcome FROM requests"
            " WHERE (?1 IS NULL OR account = ?1) AND (?2 IS NULL OR method = ?2) AND (?3 IS NULL OR path GLOB ?3)"
            " AND (?4 IS NULL OR idempotency_key = ?4) ORDER BY seq",
            *(wanted.get(name) for name in ("account", "method", "path", "idempotency_key")),
        )
        entries = [dict(zip(_COLUMNS, row, strict=True)) for row in rows]
        return [entry | {"body": json.loads(entry["body"])} for entry in entries]


def _masked(values: Json) -> Json:
    """Card numbers do not enter even this log."""
    return {
        name: _masked(value) if isinstance(value, dict) else "***" if name in {"number", "cvc", "key"} else value
        for name, value in values.items()
    }
