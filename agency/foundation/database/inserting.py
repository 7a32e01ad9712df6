"""Add many rows of a table by one statement: each column travels as one array, which costs a tenth of the driver's."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast
from uuid import UUID

from psycopg import sql
from sqlalchemy import Column, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm.attributes import instance_dict, manager_of_class

from agency.foundation.database.base import Base
from agency.foundation.database.bulk import integers, moments, texts, uuids
from agency.foundation.database.session import session

Row = TypeVar("Row", bound=Base)
# A column and what each row has in it.
Filled = tuple[Column[Any], list[Any]]
_JSON = json.JSONEncoder(ensure_ascii=False).encode
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's own.


def insert_rows(kind: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows by the names of their columns, with the defaults of the columns that none of them names.

    What all rows have in common travels once.
    """
    if not rows:
        return
    table = cast("Table", kind.__table__)
    shared: list[Filled] = []
    own: list[Filled] = []
    for column in table.columns:
        if column.name in rows[0] or column.default is not None:
            values = _values(column, rows)
            (own if len(rows) == 1 or _differ(values) else shared).append((column, values))
    statement = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM unnest({}) AS own").format(
        sql.Identifier(table.name),
        _listed(sql.Identifier(column.name) for column, _ in [*shared, *own]),
        _listed([*(sql.SQL("(%s::") + _type(column) + sql.SQL("[])[1]") for column, _ in shared), sql.SQL("own.*")]),
        _listed(sql.SQL("%s::") + _type(column) + sql.SQL("[]") for column, _ in own),
    )
    once = [_array(column, values[:1]) for column, values in shared]
    connection = session.connection().connection.driver_connection
    connection.execute(statement, once + [_array(column, values) for column, values in own])  # type: ignore[union-attr]  # psycopg's own.


def unsaved(kind: type[Row], columns: Mapping[str, Any]) -> Row:
    """A row as an object that no session knows, made as one that was loaded: its constructor costs ten times that."""
    row = manager_of_class(kind).new_instance()
    instance_dict(row).update(columns)
    return row


def _listed(parts: Iterable[sql.Composable]) -> sql.Composed:
    return sql.SQL(", ").join(list(parts))


def _type(column: Column[Any]) -> sql.SQL:
    return sql.SQL(column.type.compile(_DIALECT))


def _values(column: Column[Any], rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    if column.name in rows[0]:
        return [row[column.name] for row in rows]
    default = column.default
    if default is not None and default.is_callable:
        return [default.arg(None) for _row in rows]  # type: ignore[attr-defined]  # A callable's default has one.
    return [default.arg] * len(rows)  # type: ignore[union-attr]  # The same.


def _differ(values: Sequence[Any]) -> bool:
    """Whether they are several objects; equal ones that are not the same may travel one by one."""
    return len(set(map(id, values))) > 1


def _array(column: Column[Any], values: Sequence[Any]) -> str:
    if isinstance(column.type, JSONB):
        return texts(None if value is None else _JSON(value) for value in values)
    kinds = set(map(type, values))
    if kinds == {int}:
        return integers(values)
    for kind, written in _WRITERS.items():
        if all(issubclass(each, kind | None) for each in kinds):
            return written(values)
    return texts(None if value is None else str(value) for value in values)


_WRITERS: dict[type, Callable[[Iterable[Any]], str]] = {UUID: uuids, str: texts, datetime: moments}
