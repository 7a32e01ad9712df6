"""What a statement says, in its payer's language: frozen with it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from babel import Locale
from babel.dates import format_date
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from agency.foundation.database.session import session
from agency.foundation.i18n import money_in
from agency.foundation.local_days import local_day
from agency.foundation.money import Money
from agency.plans.models.providers import ServiceProvider
from agency.plans.queries import providers_by_id
from subaccounts.invoices.freezing import payer_said
from subaccounts.invoices.models.credit_notes import CreditNote
from subaccounts.invoices.models.invoices import Invoice, InvoiceLine, State
from subaccounts.invoices.presenting import masked, seller_said
from subaccounts.invoices.sellers import SellerAtHand
from subaccounts.payments.models.payments import Payment
from subaccounts.payments.words import METHODS
from subaccounts.statements.models import Statement
from subaccounts.statements.queries import Movement
from wallet.billing_accounts.models import BillingAccount
from wallet.ledger.codes import Code

WORDS: dict[Code, Callable[[str], str]] = {
    Code.INVOICE: lambda name: _("Invoice %(name)s", name=name),
    Code.TAX: lambda name: _("Invoice %(name)s", name=name),
    Code.VOID: lambda name: _("Invoice %(name)s is void", name=name),
    Code.WRITTEN_OFF: lambda name: _("Invoice %(name)s, written off", name=name),
    Code.CREDIT_NOTE: lambda name: _("Credit note %(name)s", name=name),
    Code.PAYMENT: lambda name: _("Payment %(name)s", name=name),
    Code.REFUND: lambda name: _("Refund %(name)s", name=name),
    Code.REFUND_UNDONE: lambda name: _("Refund sent back %(name)s", name=name),
    Code.CHARGEBACK: lambda name: _("Payment taken back by the bank %(name)s", name=name),
    Code.CHARGEBACK_WON: lambda name: _("Payment given back by the bank %(name)s", name=name),
}
OF_DOCUMENTS = {Code.INVOICE, Code.TAX, Code.VOID, Code.WRITTEN_OFF, Code.CREDIT_NOTE}


class Names(NamedTuple):
    """Apart, because a renewal that was charged at once and its payment have one id."""

    documents: Mapping[UUID, str]
    payments: Mapping[UUID, str]


def account_document(
    row: Statement, account: BillingAccount, seller: SellerAtHand, found: Sequence[Movement]
) -> dict[str, Any]:
    """Opening, each act with the balance after it, closing."""
    with force_locale(account.locale):
        place, names = Locale(account.locale), _names(found)
        rows, plain, balance = [], [["", _("Opening balance"), "", "", row.opening.plain()]], row.opening
        for each in found:
            balance += each.change
            charged, paid = (each.change, None) if each.change.micros > 0 else (None, -each.change)
            day, said = local_day(each.at, seller.zone), _called(each, names)
            shown_day = format_date(day, "medium", locale=place)
            rows.append([shown_day, said, *_amounts([charged, paid, balance], place)])
            parts = ("" if part is None else part.plain() for part in (charged, paid, balance))
            plain.append([day.isoformat(), said, *parts])
        own = {
            "title": _("Statement of account"),
            "head": [_("Date"), _("What happened"), _("Charges"), _("Payments"), _("Balance")],
            "opening": [_("Opening balance"), money_in(row.opening, place)],
            "rows": rows,
            "totals": [[_("Closing balance"), money_in(row.closing, place)]],
            "plain": [*plain, ["", _("Closing balance"), "", "", row.closing.plain()]],
            "blocks": [],
        }
        return _frame(row, account, seller, place) | own


def insurance_document(
    row: Statement, account: BillingAccount, seller: SellerAtHand, *, tax_ids_shown: bool
) -> dict[str, Any]:
    """Each service with who gave it, what was charged and paid; tax ids masked unless they are to be shown."""
    with force_locale(account.locale):
        place = Locale(account.locale)
        invoices = _invoices(row)
        lines = _lines(invoices)
        providers = providers_by_id(line.provider_id for line in lines if line.provider_id)
        by_id = {invoice.id: invoice for invoice in invoices}
        charged = Money.sum([line.gross for line in lines], row.currency)
        paid = Money.sum([invoice.paid + invoice.wallet_paid for invoice in invoices], row.currency)
        own = {
            "title": _("Statement for insurance reimbursement"),
            "head": [_("Date"), _("Service"), _("Provider"), _("Invoice"), _("Amount")],
            "opening": [],
            "rows": [_service(line, by_id[line.invoice_id], providers, place) for line in lines],
            "plain": [_plain_service(line, by_id[line.invoice_id], providers) for line in lines],
            "totals": [[_("Charged"), money_in(charged, place)], [_("Paid"), money_in(paid, place)]],
            "blocks": [_provider(each) for each in providers.values()],
        }
        return _frame(row, account, seller, place, tax_ids=_shown(account, shown=tax_ids_shown)) | own


def _frame(
    row: Statement, account: BillingAccount, seller: SellerAtHand, place: Locale, *, tax_ids: Sequence[str] = ()
) -> dict[str, Any]:
    payer = payer_said(account)
    first, last = (format_date(day, "medium", locale=place) for day in (row.first_day, row.last_day))
    return {
        "language": account.locale,
        "seller": seller_said(seller.identity()),
        "payer": {"name": payer["name"], "lines": [*payer["lines"], payer["country"], *tax_ids]},
        "facts": [
            [_("Number"), row.number_text],
            [_("From"), first],
            [_("Until"), last],
            [_("Currency"), row.currency],
        ],
        "words": {"page": _("Page"), "of": _("of"), "for": _("Payer"), "providers": _("Service providers")},
    }


def _called(each: Movement, names: Names) -> str:
    """A journal's own name before its source's: a credit note's before its invoice's."""
    of_its_kind = names.documents if each.code in OF_DOCUMENTS else names.payments
    name = of_its_kind.get(each.journal_id) or of_its_kind.get(each.source_id) or ""
    words = WORDS.get(each.code)
    if words is None or (not name and each.source_type not in {"invoice", "payment"}):
        return str(_("Subscription, paid") if each.change.micros < 0 else _("Subscription"))
    return str(words(name)).strip()


def _names(found: Iterable[Movement]) -> Names:
    """Numbers of documents and what payments are called, in three queries."""
    wanted = {each.source_id for each in found} | {each.journal_id for each in found}
    invoices = session.execute(select(Invoice.id, Invoice.number_text).where(Invoice.id.in_(wanted)))
    notes = session.execute(select(CreditNote.id, CreditNote.number_text).where(CreditNote.id.in_(wanted)))
    documents, payments = {key: number for rows in (invoices, notes) for key, number in rows}, dict[UUID, str]()
    for row in session.scalars(select(Payment).where(Payment.id.in_(wanted))):
        method = row.card_name or str(METHODS[row.method])
        payments[row.id] = f"({method}{', ' + row.reference if row.reference else ''})"
    return Names(documents, payments)


def _amounts(amounts: Iterable[Money | None], place: Locale) -> list[str]:
    return ["" if amount is None else money_in(amount, place) for amount in amounts]


def _invoices(row: Statement) -> Sequence[Invoice]:
    query = select(Invoice).where(
        Invoice.payer_id == row.payer_id,
        Invoice.currency == row.currency,
        Invoice.state != State.VOID,
        Invoice.issued_on.between(row.first_day, row.last_day),
    )
    return session.scalars(query.order_by(Invoice.number)).all()


def _lines(invoices: Iterable[Invoice]) -> Sequence[InvoiceLine]:
    query = select(InvoiceLine).where(InvoiceLine.invoice_id.in_([invoice.id for invoice in invoices]))
    return session.scalars(query.order_by(InvoiceLine.invoice_id, InvoiceLine.position)).all()


def _service(
    line: InvoiceLine, invoice: Invoice, providers: Mapping[UUID, ServiceProvider], place: Locale
) -> list[str]:
    _day, *said, _amount = _plain_service(line, invoice, providers)
    return [format_date(invoice.issued_on, "medium", locale=place), *said, money_in(line.gross, place)]


def _plain_service(line: InvoiceLine, invoice: Invoice, providers: Mapping[UUID, ServiceProvider]) -> list[str]:
    provider = providers.get(line.provider_id) if line.provider_id else None
    given_by = provider.name if provider else ""
    return [invoice.issued_on.isoformat(), line.description, given_by, invoice.number_text, line.gross.plain()]


def _provider(found: ServiceProvider) -> list[Any]:
    licence = _("Licence %(number)s", number=found.licence_number) if found.licence_number else None
    return [found.name, [text for text in (licence, found.phone, found.email) if text]]


def _shown(account: BillingAccount, *, shown: bool) -> list[str]:
    return [each["value"] if shown else masked(each["value"]) for each in account.tax_ids]
