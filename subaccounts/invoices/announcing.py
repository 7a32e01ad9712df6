"""What programs outside hear of invoices: in sets, since one billing run opens thousands."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import fields

from agency.foundation.ids import encode
from agency.foundation.schemas import MoneyField, StrictSchema, TypedId
from agency.tenants.models import SubAccount
from agency.webhooks.models import LoggedEvent
from agency.webhooks.operations import announce_all
from subaccounts.invoices.events import CreditNoteIssued, InvoiceSettled, InvoicesOpened, InvoiceVoided
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


def announce_note(event: CreditNoteIssued) -> None:
    note = {"credit_note": CreditNoteSaid().dump(event.note)}
    _announce("credit_note.issued", [event.invoice], at=event.at, **note)


def _announce(kind: str, invoices: Iterable[Invoice], *, at: datetime, **further: object) -> None:
    schema = InvoiceSaid()
    announce_all(
        [
            LoggedEvent(
                kind=kind,
                data={
                    "sub_account_id": encode(SubAccount.prefix, invoice.sub_account_id),
                    "invoice": schema.dump(invoice),
                    **further,
                },
                sub_account_id=invoice.sub_account_id,
                occurred_at=at,
            )
            for invoice in invoices
        ]
    )


SUBSCRIPTIONS: list[tuple[type, Callable[[Any], None]]] = [
    (InvoicesOpened, announce_opened),
    (InvoiceSettled, announce_settled),
    (InvoiceVoided, announce_voided),
    (CreditNoteIssued, announce_note),
]
