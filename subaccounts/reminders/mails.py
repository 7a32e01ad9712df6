"""Letters about what is owed and what was paid, in the payer's language and the seller's name."""

from datetime import datetime
from uuid import UUID

from babel import Locale
from babel.dates import format_date

from agency.foundation.database.session import session
from agency.foundation.i18n import money_in
from agency.foundation.mail.operations import post
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.notices.queries import receivers
from agency.notices.rules import Notice
from agency.staff.mails import full_address
from subaccounts.customers.queries import customer
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.models.invoices import Invoice
from subaccounts.invoices.operations.linking import link_to
from subaccounts.invoices.sellers import SellerAtHand, seller_id
from subaccounts.payments.models.payments import Payment
from wallet.billing_accounts.models import BillingAccount


def remind(invoice: Invoice, *, days: int, now: datetime) -> None:
    """Of what is left to pay; ``days`` from its due date."""
    account = _account(invoice.billing_account_id)
    place = Locale(account.locale)
    url = full_address("hosted_invoice.show", text=str(link_to(invoice, now=now)))
    _send(
        "invoice_reminder",
        account,
        invoice,
        notice=Notice.INVOICES,
        now=now,
        number=invoice.number_text,
        balance=money_in(invoice.balance, place),
        due_on=format_date(invoice.due_on, "long", locale=place),
        is_late=days > 0,
        late_days=max(days, 0),
        url=url,
    )


def tell_received(payment: Payment, *, credit: Money, now: datetime) -> None:
    account = _account(payment.billing_account_id)
    place = Locale(account.locale)
    _send(
        "payment_received",
        account,
        payment,
        notice=Notice.INVOICES,
        now=now,
        amount=money_in(payment.amount, place),
        credit=money_in(credit, place) if credit else "",
        payment_id=payment.public_id,
    )


def tell_failed(payment: Payment, *, now: datetime) -> None:
    account = _account(payment.billing_account_id)
    amount = money_in(payment.amount, Locale(account.locale))
    _send("payment_failed", account, payment, notice=Notice.FAILED_CHARGES, now=now, amount=amount)


def _send(
    template: str, account: BillingAccount, of: Invoice | Payment, *, notice: Notice, now: datetime, **context: object
) -> None:
    """To the billing address and, where a sub-account pays, to everybody of its team who wants such letters."""
    seller = SellerAtHand(seller_id(of.seller, of.sub_account_id)).identity()["name"]
    found = {account.email.lower(): account.locale} if account.email else {}
    if of.seller is Seller.AGENCY:
        team = receivers(notice, of.sub_account_id, language=account.locale)
        found |= {each.email.lower(): each.language for each in team}
    elif not found and of.customer_id is not None and (email := customer(of.customer_id).email):
        found = {email.lower(): account.locale}
    for address, language in found.items():
        post(
            template,
            to=address,
            language=language,
            sender_name=seller,
            now=now,
            sub_account_id=of.sub_account_id,
            seller=seller,
            payer=of.payer_name,
            **context,
        )


def _account(account_id: UUID) -> BillingAccount:
    return session.get_one(BillingAccount, (scope.agency_id(), account_id))
