"""A credit note as data, frozen when it is issued: its own lines and totals under its payer's head."""

from collections.abc import Iterable, Mapping
from typing import Any

from agency.foundation.money import Money
from subaccounts.invoices.freezing import payer_said
from subaccounts.invoices.models.credit_notes import CreditNote
from subaccounts.invoices.models.invoices import Invoice
from subaccounts.invoices.rules.canonical import VERSION
from subaccounts.invoices.sellers import SellerAtHand
from wallet.billing_accounts.models import BillingAccount

# What it says of a line: its description, net and tax that are taken back.
Taken = tuple[str, Money, Money]


def head_of(invoice: Invoice) -> dict[str, Any]:
    """The invoice's own frozen head."""
    return {name: invoice.document[name] for name in ("language", "payer", "currency", "tax_ids_shown", "beneficiary")}


def head_for(account: BillingAccount, seller: SellerAtHand) -> dict[str, Any]:
    """Where no invoice is taken back: of the payer as it is now."""
    return {
        "language": account.locale,
        "payer": payer_said(account),
        "currency": account.currency,
        "tax_ids_shown": seller.terms.tax_ids_shown,
        "beneficiary": None,
    }


def note_document(
    note: CreditNote, lines: Iterable[Taken], *, head: Mapping[str, Any], seller: SellerAtHand, invoice: Invoice | None
) -> dict[str, Any]:
    """All that it says; ``invoice`` is the one it names."""
    return {
        **head,
        "version": VERSION,
        "seller": seller.identity(),
        "number": note.number_text,
        "invoice_number": invoice.number_text if invoice else None,
        "invoice_issued_on": invoice.issued_on.isoformat() if invoice else None,
        "issued_on": note.issued_on.isoformat(),
        "reason": note.reason,
        "lines": [
            {"description": text, "net": net.plain(), "tax": tax.plain(), "gross": (net + tax).plain()}
            for text, net, tax in lines
        ],
        "net": note.net.plain(),
        "tax": note.tax.plain(),
        "total": note.total.plain(),
        "applied": note.applied.plain(),
        "credit": note.credit.plain(),
        "refund": note.refund.plain(),
    }
