"""Files of usage: a line is an event, read by the same rules as those that programs send."""

import csv
import io
from collections.abc import Iterator
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from agency.foundation.errors import DomainError
from agency.foundation.json_bodies import BodyMalformed, read_json

NEEDED = ("id", "meter", "quantity", "occurred_at")
OPTIONAL = ("member", "corrects", "properties")


class FileRefused(DomainError):
    status = 422
    field = "file"


class FileMissing(FileRefused):
    message = _l("Choose a file first.")


class FileIsNoText(FileRefused):
    message = _l("The file is not text in UTF-8. Save it as CSV in UTF-8; nothing was taken.")


class ColumnsMissing(FileRefused):
    message = _l("The first line must name the columns %(names)s. Nothing was taken.")


class FileIsEmpty(FileRefused):
    message = _l("The file has no line below the names of its columns.")


class Line(NamedTuple):
    """``number`` is the line's own in the file, as an editor counts; ``said`` is an event as a program sends it."""

    number: int
    said: dict[str, Any]


def read_lines(content: bytes) -> list[Line]:
    """The lines of a file, commas or semicolons between their cells; blank cells are not there.

    Raises:
        FileIsNoText, ColumnsMissing, FileIsEmpty
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileIsNoText from error
    if "\0" in text:
        raise FileIsNoText
    head = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ",")
    try:
        names = [name.strip().lower() for name in next(rows, [])]
        if not set(NEEDED) <= set(names):
            raise ColumnsMissing(names=", ".join(NEEDED))
        lines = list(_lines(rows, names))
    except csv.Error as error:
        raise FileIsNoText from error
    if not lines:
        raise FileIsEmpty
    return lines


def _lines(rows: "Iterator[list[str]]", names: list[str]) -> Iterator[Line]:
    wanted = NEEDED + OPTIONAL
    for row in rows:
        cells = {name: cell.strip() for name, cell in zip(names, row, strict=False) if name in wanted and cell.strip()}
        if cells:
            yield Line(rows.line_num, cells | _properties(cells))  # type: ignore[attr-defined]  # The reader's own.


def _properties(cells: dict[str, str]) -> dict[str, Any]:
    """The object that their cell writes as JSON; what is none stays text, which is refused with its line."""
    try:
        return {"properties": read_json(cells["properties"].encode())} if "properties" in cells else {}
    except BodyMalformed:
        return {}
