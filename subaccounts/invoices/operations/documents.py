"""PDF and CSV of invoices and drafts, from the same presented data as the screen."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from flask import Response
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from agency.foundation.csv_files import csv_answer
from agency.foundation.database.session import session
from agency.foundation.tenancy import scope
from subaccounts.invoices.models.credit_notes import CreditNote
from subaccounts.invoices.models.invoices import Invoice, StoredPdf
from subaccounts.invoices.presenting import presented, presented_note
from subaccounts.invoices.rules.canonical import canonical
from subaccounts.invoices.typesetting import typeset


def pdf_of(invoice: Invoice, *, now: datetime) -> bytes:
    """The invoice as PDF/A in its payer's language, typeset from its frozen data once and stored.

    Within a transaction of the application's own role: whoever reads it first stores it. A correction of the
    payer makes a further one, and leaves the former.
    """
    corrected = invoice.payer_correction or {}
    digest = hashlib.sha256(invoice.document_hash.encode() + canonical(corrected)).hexdigest()
    found = _stored(digest)
    if found is not None:
        return found
    content = typeset("invoice", presented(invoice.document, correction=corrected), dated=_noon(invoice.issued_on))
    return _kept(digest, content, invoice.sub_account_id, now=now)


def note_pdf(note: CreditNote, *, now: datetime) -> bytes:
    """A credit note as PDF/A; typeset once and stored, as an invoice is."""
    found = _stored(note.document_hash)
    if found is not None:
        return found
    content = typeset("credit_note", presented_note(note.document), dated=_noon(note.issued_on))
    return _kept(note.document_hash, content, note.sub_account_id, now=now)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), tzinfo=UTC)


def _stored(digest: str) -> bytes | None:
    return session.scalar(select(StoredPdf.content).where(StoredPdf.digest == digest))


def _kept(digest: str, content: bytes, sub_account_id: UUID, *, now: datetime) -> bytes:
    """Whoever stores it at the same moment stores the same bytes."""
    row = {
        "agency_id": scope.agency_id(),
        "digest": digest,
        "sub_account_id": sub_account_id,
        "content": content,
        "created_at": now,
    }
    session.execute(insert(StoredPdf).values(row).on_conflict_do_nothing())
    return content


def draft_pdf(document: Mapping[str, Any], *, dated: datetime) -> bytes:
    """A draft as PDF, which says so across every page; it is stored nowhere."""
    return typeset("invoice", presented(document), dated=dated)


def pdf_answer(name: str, content: bytes) -> Response:
    answer = Response(content, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.pdf"'
    return answer


Titled = tuple[str, Mapping[str, Any]]


def csv_of(name: str, documents: Iterable[Titled]) -> Response:
    """A row for each section of each document, which sum to its totals; a document has its id and its data."""
    head = [*_head(), _("Service provider"), _("Net"), _("Tax"), _("Total"), _("Currency")]
    rows = [
        [*_about(title, document), section["title"], *_sums(section), document["currency"]]
        for title, document in documents
        for section in presented(document)["sections"]
    ]
    return csv_answer(name, head, rows)


def detailed_csv_of(name: str, documents: Iterable[Titled]) -> Response:
    """A row for each line of each document, which sum to its totals."""
    head = [
        *_head(),
        _("Service provider"),
        _("Description"),
        _("From"),
        _("Until"),
        _("Quantity"),
        _("Unit"),
        _("Unit price"),
        _("Tax rate"),
        _("Net"),
        _("Tax"),
        _("Total"),
        _("Paid from the wallet"),
        _("Currency"),
    ]
    return csv_answer(name, head, [row for title, document in documents for row in _line_rows(title, document)])


def _line_rows(title: str, document: Mapping[str, Any]) -> Iterable[Sequence[object]]:
    for line in document["lines"]:
        provider = document["providers"].get(line["provider"], {})
        yield [
            *_about(title, document),
            provider.get("name", ""),
            line["description"],
            *(line["period"] or ["", ""]),
            line["quantity"],
            line["unit"],
            line["unit_price"],
            " + ".join(tax["percent"] for tax in line["taxes"]),
            line["net"],
            line["tax"],
            line["gross"],
            line["gross"] if line["paid_from_wallet"] else "",
            document["currency"],
        ]


def _head() -> list[str]:
    return [_("Document"), _("Invoice number"), _("Customer"), _("Date of issue"), _("Due date"), _("Purchase order")]


def _about(title: str, document: Mapping[str, Any]) -> list[object]:
    return [
        title,
        document["number"],
        document["payer"]["name"],
        document["issued_on"],
        document["due_on"],
        document["purchase_order"],
    ]


def _sums(section: Mapping[str, Any]) -> list[str]:
    return [section["plain"][name] for name in ("net", "tax", "gross")]
