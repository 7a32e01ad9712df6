"""Letters about invoices, in the payer's language and the seller's name."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from babel import Locale
from babel.dates import format_date
from sqlalchemy import select

from agency.foundation.database.session import session
from agency.foundation.i18n import money_in
from agency.foundation.mail.operations import post
from agency.notices.queries import Receiver
from agency.staff.mails import face, full_address
from agency.tenants.models import SubAccount
from subaccounts.customers.letters import readers
from subaccounts.customers.models import Customer
from subaccounts.customers.queries import customers_by_id
from subaccounts.customers.rules import Letter
from subaccounts.invoices.models.credit_notes import CreditNote
from subaccounts.invoices.models.invoices import Invoice
from subaccounts.invoices.operations.linking import link_to
from subaccounts.invoices.queries import accounts_by_id


def tell_opened(invoices: Sequence[Invoice], *, now: datetime) -> None:
    """Send each payer its invoice, with a link that shows it; who has no address hears nothing."""
    for invoice, reader in _addressed(invoices, now=now):
        _send("invoice_opened", invoice, reader, now=now)


def tell_voided(invoice: Invoice, *, now: datetime) -> None:
    """Tell the payer that nothing is asked for any more."""
    for told, reader in _addressed([invoice], now=now):
        _send("invoice_voided", told, reader, now=now)


def tell_credited(note: CreditNote, invoice: Invoice, *, now: datetime) -> None:
    """Tell the payer what was taken back, and where what was paid for it goes."""
    for told, reader in _addressed([invoice], now=now):
        place = Locale(reader.language)
        further = {"note": note.number_text, "credited": money_in(note.total, place), "reason": note.reason}
        kept = {"refunded": note.refund, "kept": note.credit}
        further |= {name: money_in(amount, place) if amount else "" for name, amount in kept.items()}
        _send("credit_note_issued", told, reader, now=now, **further)


def _send(template: str, invoice: Invoice, reader: Receiver, *, now: datetime, **further: str) -> None:
    place = Locale(reader.language)
    said = invoice.document["seller"]
    seller = str(said["name"])
    post(
        template,
        to=reader.email,
        language=reader.language,
        sender_name=seller,
        now=now,
        sub_account_id=invoice.sub_account_id,
        seller=seller,
        payer=invoice.payer_name,
        unsubscribe=reader.stop,
        **face(said["accent"], said["logo"]),
        number=invoice.number_text,
        total=money_in(invoice.total, place),
        balance=money_in(invoice.balance, place),
        is_owed=bool(invoice.balance),
        due_on=format_date(invoice.due_on, "long", locale=place),
        url=full_address("hosted_invoice.show", text=str(link_to(invoice, now=now))),
        **({"reason": invoice.void_reason} | further),
    )


def _addressed(invoices: Sequence[Invoice], *, now: datetime) -> Iterator[tuple[Invoice, Receiver]]:
    """Each with everybody who reads it."""
    accounts = accounts_by_id(invoice.billing_account_id for invoice in invoices)
    customers = customers_by_id(invoice.customer_id for invoice in invoices if invoice.customer_id)
    further = _further_addresses(invoices, customers)
    own = {}
    for invoice in invoices:
        account, payer_id = accounts[invoice.billing_account_id], invoice.customer_id or invoice.sub_account_id
        own[payer_id] = Receiver(account.email or further.get(payer_id) or "", account.locale)
    of_customers = readers(Letter.INVOICES, customers, {key: own[key] for key in customers}, now=now)
    for invoice in invoices:
        if invoice.customer_id is not None:
            yield from ((invoice, reader) for reader in of_customers[invoice.customer_id])
        elif own[invoice.sub_account_id].email:
            yield invoice, own[invoice.sub_account_id]


def _further_addresses(invoices: Sequence[Invoice], customers: Mapping[UUID, Customer]) -> Mapping[UUID, str | None]:
    """Those of the customers, or of the sub-accounts themselves, where the billing account has none."""
    payers = {invoice.sub_account_id for invoice in invoices if invoice.customer_id is None}
    rows = session.scalars(select(SubAccount).where(SubAccount.id.in_(payers)))
    return {row.id: row.email for row in rows} | {key: row.email for key, row in customers.items()}
