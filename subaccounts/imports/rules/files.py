"""A file of invoice lines: its text, its columns, and its records."""

import csv
import io
import re
from collections.abc import Iterator, Sequence

from flask_babel import lazy_gettext as _l

from agency.foundation.errors import DomainError

NEEDED = ("invoice_number", "date", "customer_ref", "description", "quantity", "unit_price")
FURTHER = ("customer_name", "customer_email", "currency", "tax_rate")
FIELDS = (*NEEDED, *FURTHER)
# What other programs call the same, in lower case without blanks.
CALLED = {
    "invoice_number": ("invoicenumber", "invoiceno", "invoice", "number", "factura", "folio"),
    "date": ("date", "invoicedate", "issuedate", "fecha"),
    "customer_ref": ("customerref", "customerid", "customer", "clientid", "cliente"),
    "customer_name": ("customername", "name", "clientname", "nombre"),
    "customer_email": ("customeremail", "email", "clientemail", "correo", "correoelectronico"),
    "description": ("description", "item", "descripcion", "concepto"),
    "quantity": ("quantity", "qty", "cantidad", "cant", "units"),
    "unit_price": ("unitprice", "price", "rate", "precio", "preciounitario"),
    "currency": ("currency", "moneda"),
    "tax_rate": ("taxrate", "tax", "vat", "iva"),
}


class NotUtf8(DomainError):
    status = 422
    field = "file"
    message = _l("This file is not in UTF-8. Save it as CSV UTF-8 and send it again. Nothing was imported.")


class ColumnMissing(DomainError):
    status = 422
    field = "file"
    message = _l("The file has no column for: %(fields)s. Say which of its columns that is. It has: %(columns)s.")


class NotCsv(DomainError):
    status = 422
    field = "file"
    message = _l("This file cannot be read as CSV (line %(line)s). Save it as CSV UTF-8. Nothing was imported.")


class EmptyFile(DomainError):
    status = 422
    field = "file"
    message = _l("There are no lines in this file. Nothing was imported.")


def decoded(content: bytes) -> str:
    """Raises NotUtf8."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotUtf8 from error
    if "\0" in text:  # UTF-16, most often; and the database keeps no such character.
        raise NotUtf8
    return text


def columns_of(text: str) -> list[str]:
    """The file's own headings. Raises EmptyFile."""
    for _line, cells in lines(text):
        return [name.strip() for name in cells]
    raise EmptyFile


def guessed(columns: Sequence[str]) -> dict[str, str]:
    """Which column is probably which field."""
    plain = {re.sub(r"[^a-z]", "", column.lower()): column for column in columns}
    found = {name: next((plain[word] for word in words if word in plain), None) for name, words in CALLED.items()}
    return {name: column for name, column in found.items() if column is not None}


def records(text: str, columns: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line under the heading by its columns; blank ones are left out."""
    for place, (number, cells) in enumerate(lines(text)):
        if place and any(cell.strip() for cell in cells):
            yield number, dict(zip(columns, cells, strict=False))


def lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of the line it begins on. Raises NotCsv."""
    reader = csv.reader(io.StringIO(text, newline=""))
    before = 0
    try:
        for cells in reader:
            yield before + 1, cells
            before = reader.line_num
    except csv.Error as error:
        raise NotCsv(line=before + 1) from error
