"""What programs outside hear of invoices: in sets, since one billing run opens thousands."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from marshmallow import fields

from agency.foundation.database.base import JsonObject
from agency.foundation.ids import encode
from agency.foundation.schemas import MoneyField, StrictSchema, TypedId
from agency.tenants.models import SubAccount
from agency.webhooks.operations import announce_all
from subaccounts.invoices.events import CreditNotesIssued, InvoiceSettled, InvoicesOpened, InvoiceVoided, IssuedNote
from subaccounts.invoices.models.invoices import Invoice

KINDS = {
    "invoice.opened": _l("Invoice opened"),
    "invoice.paid": _l("Nothing left to pay of an invoice"),
    "invoice.reopened": _l("Payment of an invoice taken back"),
    "invoice.voided": _l("Invoice voided"),
    "credit_note.issued": _l("Credit note issued"),
}


class InvoiceSaid(StrictSchema):
    """The figures without the lines: the API has the whole."""

    id = TypedId(Invoice.prefix)
    seller = fields.String()
    status = fields.String(attribute="state")
    number = fields.String(attribute="number_text")
    customer_id = TypedId("cus")
    payer_name = fields.String()
    issued_on = fields.Date()
    due_on = fields.Date()
    total = MoneyField()
    balance = MoneyField()


class CreditNoteSaid(StrictSchema):
    id = TypedId("crn")
    number = fields.String(attribute="number_text")
    invoice_id = TypedId(Invoice.prefix)
    reason = fields.String()
    total = MoneyField()
    applied = MoneyField()
    credit = MoneyField()
    refund = MoneyField()


def announce_opened(event: InvoicesOpened) -> None:
    _announce("invoice.opened", event.invoices, at=event.at)


def announce_settled(event: InvoiceSettled) -> None:
    """A part that is paid is told with its payment."""
    if event.amount.micros < 0:
        _announce("invoice.reopened", [event.invoice], at=event.at)
    elif not event.invoice.balance:
        _announce("invoice.paid", [event.invoice], at=event.at)


def announce_voided(event: InvoiceVoided) -> None:
    _announce("invoice.voided", [event.invoice], at=event.at)


def announce_notes(event: CreditNotesIssued) -> None:
    announce_all([_note_event(each) for each in event.issued], now=event.at)


def _note_event(issued: IssuedNote) -> tuple[str, JsonObject, UUID]:
    note, invoice = issued.note, issued.invoice
    said = {"invoice": InvoiceSaid().dump(invoice) if invoice else None, "credit_note": CreditNoteSaid().dump(note)}
    return _event("credit_note.issued", note.sub_account_id, said)


def _announce(kind: str, invoices: Iterable[Invoice], *, at: datetime) -> None:
    schema = InvoiceSaid()
    announce_all([_event(kind, each.sub_account_id, {"invoice": schema.dump(each)}) for each in invoices], now=at)


def _event(kind: str, sub_account_id: UUID, said: Mapping[str, object]) -> tuple[str, JsonObject, UUID]:
    return kind, {"sub_account_id": encode(SubAccount.prefix, sub_account_id), **said}, sub_account_id


SUBSCRIPTIONS: list[tuple[type, Callable[[Any], None]]] = [
    (InvoicesOpened, announce_opened),
    (InvoiceSettled, announce_settled),
    (InvoiceVoided, announce_voided),
    (CreditNotesIssued, announce_notes),
]
