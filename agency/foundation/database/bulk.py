"""Statements that write in sets: rows travel as one array a column, made here faster than the driver would."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, LiteralString, cast
from uuid import UUID

import psycopg
from sqlalchemy import CollectionAggregate, Uuid, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY

from agency.foundation.database.session import session


def execute(statement: LiteralString, parameters: Mapping[str, Any], *, prepared: bool = False) -> psycopg.Cursor[Any]:
    """Run the driver's own statement in the open transaction, as its tenant; row-level security is the only wall.

    ``prepared``: it runs so often that each connection plans it once, for sets of any size.
    """
    connection = session.connection().connection.driver_connection
    return connection.execute(statement, parameters, prepare=prepared)  # type: ignore[union-attr,no-any-return]  # psycopg's own.


@contextmanager
def together() -> Iterator[None]:
    """What is executed inside leaves in one message; its rows, and its errors, come when the block ends."""
    connection = cast("psycopg.Connection", session.connection().connection.driver_connection)
    with connection.pipeline():
        yield


def any_of(values: Iterable[UUID]) -> CollectionAggregate[Any]:
    """Right of ``column ==``: one parameter however many there are, where ``in_`` writes one for each."""
    return any_(literal(list(values), ARRAY(Uuid)))


def uuids(values: Iterable[UUID | None]) -> str:
    return _array(["NULL" if value is None else value.hex for value in values])


def integers(values: Iterable[int]) -> str:
    return _array(map(str, values))


def texts(values: Iterable[str | None]) -> str:
    listed = list(values)
    if None not in listed:
        joined = '","'.join(listed)  # type: ignore[arg-type]  # None of them is None.
        # Nearly always nothing is to be escaped, and to see that of all at once is the quickest.
        if "\\" not in joined and joined.count('"') == 2 * (len(listed) - 1):
            return f'{{"{joined}"}}'
    return _array(["NULL" if value is None else _quoted(value) for value in listed])


def moments(values: Iterable[datetime | None]) -> str:
    return _array(["NULL" if value is None else f'"{value.isoformat()}"' for value in values])


def by_id(rows: Mapping[UUID, Sequence[int | str | None]]) -> str:
    """What each row becomes, as one JSON object: looked up by the id, where two sets would be joined by a loop."""
    return json.dumps({str(row_id): row for row_id, row in rows.items()})


def _array(parts: Iterable[str]) -> str:
    return "{" + ",".join(parts) + "}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
