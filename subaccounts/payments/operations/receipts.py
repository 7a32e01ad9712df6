"""Receipts of payments and refunds: every invoice that was touched, frozen in the payer's language."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import func, select

from agency.foundation import ids
from agency.foundation.database.session import session
from agency.foundation.i18n import money_in
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from subaccounts.invoices.freezing import payer_said
from subaccounts.invoices.models.invoices import Invoice
from subaccounts.invoices.presenting import seller_said
from subaccounts.invoices.sellers import SellerAtHand, seller_id
from subaccounts.invoices.typesetting import typeset
from subaccounts.payments import words
from subaccounts.payments.models.payments import Allocation, Payment
from subaccounts.payments.models.refunds import PaymentReceipt, PaymentRefund, ReceiptKind
from wallet.billing_accounts.models import BillingAccount


def issue(kind: ReceiptKind, payment: Payment, *, refund: PaymentRefund | None = None, now: datetime) -> PaymentReceipt:
    """Write down what was paid or given back, and what it did to which invoice."""
    of = refund or payment
    receipt = PaymentReceipt(
        id=ids.new_id(),
        sub_account_id=payment.sub_account_id,
        seller=payment.seller,
        customer_id=payment.customer_id,
        currency=payment.currency,
        amount_micros=of.amount_micros,
        payment_id=payment.id,
        refund_id=refund.id if refund else None,
        kind=kind,
        issued_at=now,
    )
    receipt.document = _document(receipt, payment, refund)
    session.add(receipt)
    session.flush()
    return receipt


def pdf(receipt: PaymentReceipt) -> bytes:
    """The same bytes every time."""
    return typeset("payment_receipt", receipt.document, dated=receipt.issued_at)


def _document(receipt: PaymentReceipt, payment: Payment, refund: PaymentRefund | None) -> dict[str, Any]:
    account = session.get_one(BillingAccount, (scope.agency_id(), payment.billing_account_id))
    seller = SellerAtHand(seller_id(payment.seller, payment.sub_account_id))
    place = Locale(account.locale)
    touched = _touched(refund.id if refund else payment.id)
    with force_locale(account.locale):
        rows = _rows(touched, receipt, payment, place)
        return {
            "language": account.locale,
            "title": _("Refund receipt") if refund else _("Payment receipt"),
            "seller": seller_said(seller.identity()),
            "payer": _payer(payer_said(account)),
            "facts": _facts(receipt, payment, refund, seller.zone, place),
            "rows": rows,
            "total": [_("Returned") if refund else _("Paid"), money_in(receipt.amount, place)],
            "words": {
                "page": _("Page"),
                "of": _("of"),
                "for": _("Received from") if refund is None else _("Returned to"),
                "what": _("Invoice"),
                "date": _("Date of issue"),
                "balance": _("Left to pay"),
                "amount": _("Amount"),
            },
        }


def _rows(
    touched: Mapping[UUID, tuple[Invoice, Money]], receipt: PaymentReceipt, payment: Payment, place: Locale
) -> list[list[str]]:
    """Number, date, balance after it, amount; and what became or was taken from the payer's credit."""
    rows = [
        [
            invoice.number_text,
            format_date(invoice.issued_on, "medium", locale=place),
            money_in(invoice.balance, place),
            money_in(amount, place),
        ]
        for invoice, amount in touched.values()
    ]
    rest = abs(receipt.amount) - Money.sum([amount for _invoice, amount in touched.values()], payment.currency)
    if rest:
        rows.append([_("Credit for later invoices"), "", "", money_in(rest, place)])
    return rows


def _touched(cause_id: UUID) -> dict[UUID, tuple[Invoice, Money]]:
    """The invoices of an act, as they stand after it, with what was paid or taken back of each."""
    rows = session.execute(
        select(Allocation.invoice_id, Allocation.currency, func.sum(Allocation.amount_micros))
        .where(Allocation.cause_id == cause_id)
        .group_by(Allocation.invoice_id, Allocation.currency)
    ).all()
    query = select(Invoice).where(Invoice.id.in_([row[0] for row in rows])).order_by(Invoice.number)
    amounts = {invoice_id: abs(Money(int(micros), currency)) for invoice_id, currency, micros in rows}
    return {row.id: (row, amounts[row.id]) for row in session.scalars(query)}


def _facts(
    receipt: PaymentReceipt, payment: Payment, refund: PaymentRefund | None, zone: ZoneInfo, place: Locale
) -> list[list[str]]:
    of = refund or payment
    method = payment.card_name if of.method == "card" and payment.card_name else str(words.METHODS[of.method])
    rows = [
        [_("Receipt number"), receipt.public_id],
        [_("Date"), format_datetime(receipt.issued_at, "long", tzinfo=zone, locale=place)],
        [_("Received on"), format_date(payment.received_on, "medium", locale=place)],
        [_("Payment"), payment.public_id],
        [_("Method"), method],
        [_("Reference"), of.reference],
        [_("Reason"), refund.reason if refund else None],
    ]
    return [[str(label), value] for label, value in rows if value]


def _payer(payer: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": payer["name"], "lines": [*payer["lines"], payer["country"]]}
