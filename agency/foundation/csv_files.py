"""CSV files that a spreadsheet opens as what they are: text in UTF-8, and no formula that somebody typed."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from flask import Response

# A cell that begins so is run as a formula (OWASP, CSV injection); a plain number is none.
FORMULA = re.compile(r"[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
BYTE_ORDER_MARK = "\ufeff"  # Without it spreadsheets read the accents of UTF-8 wrongly.


def harmless(value: object) -> str:
    """The cell as text; one that would be a formula begins with an apostrophe, which spreadsheets show as text."""
    text = "" if value is None else str(value)
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def csv_answer(name: str, head: Sequence[object], rows: Iterable[Sequence[object]]) -> Response:
    """A file to download, ``name`` without its ending."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([str(title) for title in head])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    response = Response(BYTE_ORDER_MARK + text.getvalue(), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
