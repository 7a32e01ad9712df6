"""Lists by keyset: a cursor names the last row seen, so that a page costs the same at any depth."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from agency.foundation import ids
from agency.foundation.database.session import session
from agency.foundation.errors import InvalidInput

Row = TypeVar("Row")
LIMIT_MAX = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    rows: Sequence[Row]
    next_cursor: str | None


def paged(query: Select[Any], key: InstrumentedAttribute[Any], *, cursor: str | None, limit: int) -> Page[Any]:
    """Newest first by a UUIDv7 key, which sorts by time.

    Raises:
        InvalidInput: the cursor is none that a page gave out.
    """
    if cursor:
        query = query.where(key < _position(cursor))
    rows = session.scalars(query.order_by(key.desc()).limit(limit + 1)).all()
    more = len(rows) > limit
    shown = rows[:limit]
    return Page(shown, ids.encode_bare(getattr(shown[-1], key.key)) if more else None)


def _position(cursor: str) -> object:
    try:
        return ids.decode_bare(cursor)
    except ids.MalformedId as error:
        raise InvalidInput({"cursor": [str(_l("This cursor was not given out by a list."))]}) from error
