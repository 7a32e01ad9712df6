"""Letters about invoices, in the payer's language and the seller's name."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from babel import Locale
from babel.dates import format_date
from sqlalchemy import select

from agency.foundation.database.session import session
from agency.foundation.i18n import money_in
from agency.foundation.mail.operations import post
from agency.staff.mails import full_address
from agency.tenants.models import SubAccount
from subaccounts.customers.queries import customers_by_id
from subaccounts.invoices.models.invoices import Invoice
from subaccounts.invoices.operations.linking import link_to
from wallet.billing_accounts.models import BillingAccount


def tell_opened(invoices: Sequence[Invoice], *, now: datetime) -> None:
    """Send each payer its invoice, with a link that shows it; who has no address hears nothing."""
    for invoice, account, address in _addressed(invoices):
        _send("invoice_opened", invoice, account, address, now=now)


def tell_voided(invoice: Invoice, *, now: datetime) -> None:
    """Tell the payer that nothing is asked for any more."""
    for told, account, address in _addressed([invoice]):
        _send("invoice_voided", told, account, address, now=now)


def _send(template: str, invoice: Invoice, account: BillingAccount, address: str, *, now: datetime) -> None:
    place = Locale(account.locale)
    seller = str(invoice.document["seller"]["name"])
    post(
        template,
        to=address,
        language=account.locale,
        sender_name=seller,
        now=now,
        sub_account_id=invoice.sub_account_id,
        seller=seller,
        payer=invoice.payer_name,
        number=invoice.number_text,
        total=money_in(invoice.total, place),
        balance=money_in(invoice.balance, place),
        is_owed=bool(invoice.balance),
        due_on=format_date(invoice.due_on, "long", locale=place),
        reason=invoice.void_reason,
        url=full_address("hosted_invoice.show", text=str(link_to(invoice, now=now))),
    )


def _addressed(invoices: Sequence[Invoice]) -> list[tuple[Invoice, BillingAccount, str]]:
    """Those that have somewhere to be sent, with the account that says in which language."""
    wanted = {invoice.billing_account_id for invoice in invoices}
    accounts = {row.id: row for row in session.scalars(select(BillingAccount).where(BillingAccount.id.in_(wanted)))}
    further = _further_addresses(invoices)
    found = []
    for invoice in invoices:
        account = accounts[invoice.billing_account_id]
        address = account.email or further.get(invoice.customer_id or invoice.sub_account_id)
        if address:
            found.append((invoice, account, address))
    return found


def _further_addresses(invoices: Sequence[Invoice]) -> Mapping[UUID, str | None]:
    """Those of the customers, or of the sub-accounts themselves, where the billing account has none."""
    customers = customers_by_id(invoice.customer_id for invoice in invoices if invoice.customer_id)
    payers = {invoice.sub_account_id for invoice in invoices if invoice.customer_id is None}
    rows = session.scalars(select(SubAccount).where(SubAccount.id.in_(payers)))
    return {row.id: row.email for row in rows} | {key: row.email for key, row in customers.items()}
