"""Documents as the API answers them, and what their state means for a reader."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from agency.foundation.money import Money
from subaccounts.invoices.models.columns import LineColumns
from subaccounts.invoices.models.credit_notes import CreditNote, CreditNoteLine
from subaccounts.invoices.models.drafts import InvoiceDraft
from subaccounts.invoices.models.invoices import Invoice, State
from subaccounts.invoices.queries import DRAFT, Document

PLAIN = (
    "seller",
    "sub_account_id",
    "customer_id",
    "payer_name",
    "currency",
    "due_on",
    "period_start",
    "period_end",
    "purchase_order",
    "beneficiary",
    "notes",
    "terms",
    "net",
    "tax",
    "total",
    "wallet_paid",
)
OF_INVOICE = ("issued_on", "paid", "credited", "written_off", "balance", "void_reason", "document_hash")


def standing(found: Document, *, today: date) -> str:
    """What follows from state and figures; a written-off or credited invoice is told apart from a paid one."""
    if isinstance(found, InvoiceDraft):
        return DRAFT
    if found.state is State.VOID:
        return "void"
    if found.state is State.CLOSED:
        return _ended(found)
    if found.due_on is not None and found.due_on < today:
        return "past_due"
    settled = found.paid_micros or found.credited_micros or found.written_off_micros or found.wallet_micros
    return "partly_paid" if settled else "unpaid"


def _ended(found: Invoice) -> str:
    if found.written_off_micros:
        return "written_off"
    return "credited" if found.credited_micros and not (found.paid_micros or found.wallet_micros) else "paid"


def shown(found: Document, *, today: date) -> dict[str, Any]:
    """A draft has no number, nothing settled, and asks for all of its total."""
    plain = {name: getattr(found, name) for name in PLAIN} | {
        "id": found.public_id,
        "custom_fields": dict(found.custom_fields),
        "standing": standing(found, today=today),
    }
    if isinstance(found, Invoice):
        own = {name: getattr(found, name) for name in OF_INVOICE}
        return plain | own | {"status": found.state, "number": found.number_text}
    nothing = Money.zero(found.currency)
    settled = {"paid": nothing, "credited": nothing, "written_off": nothing, "balance": found.total - found.wallet_paid}
    return plain | settled | {"status": DRAFT, "number": None, "issued_on": None}


def shown_lines(lines: Sequence[LineColumns]) -> list[dict[str, Any]]:
    return [
        {name: getattr(line, name) for name in ("id", "description", "unit", "provider_id", "taxes")}
        | {name: getattr(line, name) for name in ("amount", "net", "tax", "gross")}
        | {
            "quantity": plain_number(line.quantity),
            "unit_price": plain_number(line.unit_price),
            "paid_from_wallet": line.wallet_micros is not None,
        }
        for line in lines
    ]


def plain_number(value: Decimal) -> str:
    return f"{value.normalize():f}"


def note_shown(note: CreditNote, lines: Sequence[CreditNoteLine]) -> dict[str, Any]:
    names = ("public_id", "number_text", "invoice_id", "sub_account_id", "customer_id", "payer_name", "issued_on")
    amounts = ("reason", "net", "tax", "total", "applied", "credit", "refund")
    return {name: getattr(note, name) for name in (*names, *amounts)} | {"lines": lines}


def explained(found: Document, lines: Sequence[LineColumns]) -> dict[str, Any]:
    """How the balance came about: each line with its arithmetic, then what was settled of the total."""
    figures: Mapping[str, Any] = shown(found, today=date.max)
    steps = [{"what": line.description, "how": _arithmetic(line), "amount": line.gross} for line in lines]
    steps += [
        {"what": name, "how": "total less what was settled", "amount": -figures[name]}
        for name in ("wallet_paid", "paid", "credited", "written_off")
        if figures[name]
    ]
    return {"steps": steps, "balance": figures["balance"]}


def _arithmetic(line: LineColumns) -> str:
    parts = [f"{plain_number(line.quantity)} x {plain_number(line.unit_price)} {line.currency} = {line.amount}"]
    rates = ", ".join(f"{tax['name']} {tax['percent']} %" for tax in line.taxes)
    return "; ".join([*parts, f"{rates}: {line.tax}"] if rates else parts)
