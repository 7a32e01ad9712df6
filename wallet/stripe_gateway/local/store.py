"""Everything the server knows, in one SQLite file: a commit survives the death of the process."""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from wallet.stripe_gateway.local.refusals import Json

_TABLES = (Path(__file__).parent / "store.sql").read_text()
_FILTERS = {
    "customer": "AND customer = ?",
    "payment_intent": "AND payment_intent = ?",
    "charge": "AND charge = ?",
    "currency": "AND json_extract(body, '$.currency') = ?",
    "email": "AND json_extract(body, '$.email') = ?",
    "payment_method": "AND json_extract(body, '$.payment_method') = ?",
    "source": "AND json_extract(body, '$.source') = ?",
    "type": "AND json_extract(body, '$.type') = ?",
    "types": "AND json_extract(body, '$.type') IN (SELECT value FROM json_each(?))",
    "gt": "AND created > ?",
    "gte": "AND created >= ?",
    "lt": "AND created < ?",
    "lte": "AND created <= ?",
}
_OLDER = "AND seq < (SELECT seq FROM objects WHERE id = ?)"
_NEWER = "AND seq > (SELECT seq FROM objects WHERE id = ?)"
_EMPTYING = (
    "DELETE FROM objects",
    "DELETE FROM idempotency",
    "DELETE FROM deliveries",
    "DELETE FROM requests",
)


class Store:
    """One connection behind one lock: requests queue here, which keeps each of them whole."""

    def __init__(self, path: str) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        # In WAL mode a commit without fsync still survives kill -9; only a power cut could lose it.
        self._db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;" + _TABLES)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._lock, self._undone_on_failure("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"):
            yield

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Inside a transaction: what is done in the block is undone when it raises."""
        with self._undone_on_failure("SAVEPOINT attempt", "RELEASE attempt", "ROLLBACK TO attempt"):
            yield

    @contextmanager
    def _undone_on_failure(self, begin: str, commit: str, undo: str) -> Iterator[None]:
        self._db.execute(begin)
        try:
            yield
        except BaseException:
            self._db.execute(undo)
            raise
        self._db.execute(commit)

    def run(self, sql: str, *values: object) -> list[Any]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def add(self, account: str, thing: Json) -> None:
        self.run(
            "INSERT INTO objects (id, account, object, created, customer, payment_intent, charge, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            thing["id"],
            account,
            thing["object"],
            thing["created"],
            *_links(thing),
            json.dumps(thing),
        )

    def save(self, thing: Json) -> None:
        self.run(
            "UPDATE objects SET deleted = ?, customer = ?, payment_intent = ?, charge = ?, body = ? WHERE id = ?",
            thing.get("deleted", False),
            *_links(thing),
            json.dumps(thing),
            thing["id"],
        )

    def find(self, account: str, key: str) -> Json | None:
        rows = self.run("SELECT body FROM objects WHERE id = ? AND account = ?", key, account)
        return json.loads(rows[0][0]) if rows else None

    def account_of(self, key: str) -> str | None:
        """The account in which an object stands."""
        rows = self.run("SELECT account FROM objects WHERE id = ?", key)
        return rows[0][0] if rows else None

    def page(
        self, account: str, kind: str, filters: Json, *, limit: int, after: str | None = None, before: str | None = None
    ) -> list[Json]:
        """The newest first; `after` an id come older ones, `before` it newer ones."""
        place = after or before
        clauses = ["SELECT body FROM objects WHERE account = ? AND object = ? AND NOT deleted"]
        clauses += [_FILTERS[name] for name in filters]
        if place:
            clauses.append(_OLDER if after else _NEWER)
        clauses.append("ORDER BY seq ASC LIMIT ?" if before else "ORDER BY seq DESC LIMIT ?")
        cursor = [place] if place else []
        rows = self.run(" ".join(clauses), account, kind, *filters.values(), *cursor, limit)
        things = [json.loads(body) for (body,) in rows]
        return things[::-1] if before else things

    def reset(self) -> None:
        with self.transaction():
            for emptying in _EMPTYING:
                self.run(emptying)


def _links(thing: Json) -> tuple[object, object, object]:
    return thing.get("customer"), thing.get("payment_intent"), thing.get("charge")
