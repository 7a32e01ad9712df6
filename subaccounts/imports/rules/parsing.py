"""Records become invoices that are sound, and what is wrong with the others, line by line."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from marshmallow import ValidationError

from agency.foundation.csv_files import FORMULA, NUMBER
from agency.foundation.schemas import Email
from subaccounts.imports.rules.files import NEEDED, ColumnMissing, columns_of, records
from subaccounts.imports.words import NAMES

THE_QUANTITY, THE_UNIT_PRICE = _l("The quantity"), _l("The unit price")
DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,9})?")
CURRENCY = re.compile(r"[A-Z]{3}")
ADDRESS = Email()
CANCELLED = re.compile(r"[Cc][0-9]")
LINES_OF_INVOICE_MAX = 1000
TAX_MAX = 100
# With as much again for tax it is an amount that the books can hold.
TOTAL_MAX = 10**12
YEARS = range(1970, 2100)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRead:
    number: int
    description: str
    quantity: Decimal
    unit_price: Decimal
    tax_rate: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceRead:
    number: str
    day: date
    customer_ref: str
    customer_name: str
    customer_email: str | None
    currency: str | None
    lines: Sequence[LineRead]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """``line`` counts from 1, the heading's."""

    line: int
    text: str


@dataclass(slots=True)
class Parsed:
    """``lines`` is how many the file has, the heading not counted."""

    invoices: list[InvoiceRead] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lines: int = 0


class _Refused(ValueError):
    """What is wrong with one line."""


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    invoice: str
    day: date
    customer_ref: str
    customer_name: str
    customer_email: str | None
    currency: str | None
    line: LineRead


def parse(text: str, columns: Mapping[str, str]) -> Parsed:
    """Read the lines; ``columns`` names the file's column of each field.

    An invoice with a wrong line is not among the sound ones: nothing of it is to be imported.

    Raises:
        ColumnMissing, EmptyFile
    """
    there = columns_of(text)
    missing = [name for name in NEEDED if columns.get(name) not in there]
    if missing:
        raise ColumnMissing(fields=", ".join(missing), columns=", ".join(there))
    parsed, wrong = Parsed(), set()
    rows: dict[str, list[_Row]] = {}
    for number, cells in records(text, there):
        parsed.lines += 1
        said = {name: cells.get(column, "").strip() for name, column in columns.items()}
        try:
            row = _row(number, said)
        except _Refused as refusal:
            parsed.problems.append(Problem(number, str(refusal)))
            wrong.add(said["invoice_number"])
        else:
            rows.setdefault(row.invoice, []).append(row)
    for invoice, lines in rows.items():
        _collect(parsed, invoice, lines, is_wrong=invoice in wrong)
    parsed.problems.sort()
    return parsed


def _collect(parsed: Parsed, invoice: str, rows: Sequence[_Row], *, is_wrong: bool) -> None:
    first = rows[0]
    problem = _disagreement(rows)
    if problem is not None:
        parsed.problems.append(problem)
    elif is_wrong:
        parsed.problems.append(Problem(first.number, _("Invoice %(number)s has a wrong line.", number=invoice)))
    else:
        parsed.invoices.append(
            InvoiceRead(
                number=invoice,
                day=first.day,
                customer_ref=first.customer_ref,
                customer_name=next((row.customer_name for row in rows if row.customer_name), first.customer_ref),
                customer_email=next((row.customer_email for row in rows if row.customer_email), None),
                currency=first.currency,
                lines=[row.line for row in rows],
            )
        )


def _disagreement(rows: Sequence[_Row]) -> Problem | None:
    first = rows[0]
    for row in rows:
        if row.customer_ref != first.customer_ref:
            return Problem(row.number, _("Invoice %(number)s names two customers.", number=row.invoice))
        if row.currency != first.currency:
            return Problem(row.number, _("Invoice %(number)s has two currencies.", number=row.invoice))
    if len(rows) > LINES_OF_INVOICE_MAX:
        return Problem(first.number, _("Invoice %(number)s has more than 1,000 lines.", number=first.invoice))
    if sum(row.line.quantity * row.line.unit_price for row in rows) > TOTAL_MAX:
        return Problem(first.number, _("Invoice %(number)s comes to too large an amount.", number=first.invoice))
    return None


def _row(number: int, said: Mapping[str, str]) -> _Row:
    invoice = _text(said, "invoice_number", longest=60)
    if CANCELLED.match(invoice):
        raise _Refused(_("Cancellation %(number)s names no invoice. Credit the invoice it belongs to.", number=invoice))
    if not said["customer_ref"]:
        raise _Refused(_("There is no customer on this line."))
    currency = said.get("currency") or None
    if currency is not None and not CURRENCY.fullmatch(currency):
        raise _Refused(_("%(text)s is no currency such as USD.", text=currency[:20]))
    line = LineRead(
        number=number,
        description=_text(said, "description", longest=500),
        quantity=_positive(said["quantity"], THE_QUANTITY),
        unit_price=_positive(said["unit_price"], THE_UNIT_PRICE),
        tax_rate=_tax_rate(said.get("tax_rate", "")),
    )
    return _Row(
        number=number,
        invoice=invoice,
        day=_day(said["date"]),
        customer_ref=_text(said, "customer_ref", longest=100),
        customer_name=_text(said, "customer_name", longest=200) if said.get("customer_name") else "",
        customer_email=_email(said.get("customer_email", "")),
        currency=currency,
        line=line,
    )


def _text(said: Mapping[str, str], name: str, *, longest: int) -> str:
    text, field = " ".join(said[name].split()), NAMES[name]
    if not text:
        raise _Refused(_("%(field)s is empty.", field=field))
    if FORMULA.match(text) and not NUMBER.fullmatch(text):
        raise _Refused(_("%(field)s begins as a formula does. Remove the sign before it.", field=field))
    if len(text) > longest or not text.isprintable():
        raise _Refused(_("%(field)s is too long, or has characters that cannot be printed.", field=field))
    return text


def _email(text: str) -> str | None:
    if not text:
        return None
    try:
        return str(ADDRESS.deserialize(text))
    except ValidationError as error:
        raise _Refused(_("%(text)s is no address such as name@example.com.", text=text[:60])) from error


def _positive(text: str, what: LazyString) -> Decimal:
    if not DECIMAL.fullmatch(text):
        raise _Refused(_("%(what)s is no number such as 1.50.", what=what))
    value = Decimal(text)
    if value <= 0:
        raise _Refused(_("%(what)s is not more than zero.", what=what))
    return value


def _tax_rate(text: str) -> Decimal | None:
    if not text:
        return None
    percent = text.removesuffix("%").strip()
    if not DECIMAL.fullmatch(percent) or not 0 <= Decimal(percent) <= TAX_MAX:
        raise _Refused(_("The tax rate is no percentage such as 16."))
    return Decimal(percent)


def _day(text: str) -> date:
    with suppress(ValueError):
        day = datetime.fromisoformat(text).date()
        if day.year in YEARS:
            return day
    raise _Refused(_("%(text)s is no date such as 2026-03-31.", text=text[:30]))
