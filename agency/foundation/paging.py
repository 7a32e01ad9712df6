"""Lists by keyset: a cursor names the last row seen, so that a page costs the same at any depth."""

from collections.abc import Callable, Iterator, Sequence
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
EXPORT_BATCH = 1000
BACKWARDS = "-"  # Before a cursor that asks for the rows newer than it.


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the cursors of the pages after and before them; None where there is none."""

    rows: Sequence[Row]
    next_cursor: str | None
    previous_cursor: str | None = None


def paged(query: Select[Any], key: InstrumentedAttribute[Any], *, cursor: str | None, limit: int) -> Page[Any]:
    """Newest first by a UUIDv7 key, which sorts by time.

    Raises:
        InvalidInput: the cursor is none that a page gave out.
    """
    backwards = (cursor or "").startswith(BACKWARDS)
    if cursor:
        position = _position(cursor.removeprefix(BACKWARDS))
        query = query.where(key > position if backwards else key < position)
    rows = session.scalars(query.order_by(key.asc() if backwards else key.desc()).limit(limit + 1)).all()
    more = len(rows) > limit
    shown = rows[:limit][::-1] if backwards else rows[:limit]
    if not shown:
        return Page(shown, None)
    first, last = (ids.encode_bare(getattr(row, key.key)) for row in (shown[0], shown[-1]))
    return Page(
        shown,
        next_cursor=last if more or backwards else None,
        previous_cursor=BACKWARDS + first if (more if backwards else cursor) else None,
    )


def first_page(rows: Sequence[Row], limit: int) -> Page[Row]:
    """Of rows that were read newest first, one more than is shown."""
    shown = rows[:limit]
    return Page(shown, ids.encode_bare(shown[-1].id) if len(rows) > limit else None)  # type: ignore[attr-defined]  # Every row has an id.


def every_row(read: Callable[[str | None], Page[Row]]) -> Iterator[Row]:
    """All rows of a list, for an export; ``read`` gives the page at a cursor."""
    cursor = None
    while True:
        page = read(cursor)
        yield from page.rows
        cursor = page.next_cursor
        if cursor is None:
            return


def _position(cursor: str) -> object:
    try:
        return ids.decode_bare(cursor)
    except ids.MalformedId as error:
        raise InvalidInput({"cursor": [str(_l("This cursor was not given out by a list."))]}) from error
