"""Letters about what is owed and what was paid, in the payer's language and the seller's name."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from babel import Locale
from babel.dates import format_date

from agency.foundation.database.session import session
from agency.foundation.i18n import money_in
from agency.foundation.mail.operations import post
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.notices.queries import Receiver, receivers
from agency.notices.rules import Notice
from agency.staff.mails import face, full_address
from subaccounts.customers.letters import readers
from subaccounts.customers.queries import customer
from subaccounts.customers.rules import Letter
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
        letter=Letter.REMINDERS,
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
        letter=Letter.RECEIPTS,
        now=now,
        amount=money_in(payment.amount, place),
        credit=money_in(credit, place) if credit else "",
        payment_id=payment.public_id,
    )


def tell_failed(payment: Payment, *, now: datetime) -> None:
    account = _account(payment.billing_account_id)
    amount = money_in(payment.amount, Locale(account.locale))
    _send(
        "payment_failed",
        account,
        payment,
        notice=Notice.FAILED_CHARGES,
        letter=Letter.FAILURES,
        now=now,
        amount=amount,
    )


def _send(
    template: str,
    account: BillingAccount,
    of: Invoice | Payment,
    *,
    notice: Notice,
    letter: Letter,
    now: datetime,
    **context: object,
) -> None:
    """To the billing address and whoever else wants such letters: of the team, or let in to a customer's bills."""
    said = SellerAtHand(seller_id(of.seller, of.sub_account_id)).identity()
    seller, shown = said["name"], face(said["accent"], said["logo"])
    for reader in _readers(account, of, notice=notice, letter=letter, now=now):
        post(
            template,
            to=reader.email,
            language=reader.language,
            sender_name=seller,
            now=now,
            sub_account_id=of.sub_account_id,
            seller=seller,
            payer=of.payer_name,
            unsubscribe=reader.stop,
            **shown,
            **context,
        )


def _readers(
    account: BillingAccount, of: Invoice | Payment, *, notice: Notice, letter: Letter, now: datetime
) -> Collection[Receiver]:
    if of.customer_id is not None:
        found = customer(of.customer_id)
        own = Receiver(account.email or found.email or "", account.locale)
        return readers(letter, {found.id: found}, {found.id: own}, now=now)[found.id]
    billing = [Receiver(account.email, account.locale)] if account.email else []
    every = [*billing, *receivers(notice, of.sub_account_id, language=account.locale)]
    return {each.email.lower(): each for each in every}.values()


def _account(account_id: UUID) -> BillingAccount:
    return session.get_one(BillingAccount, (scope.agency_id(), account_id))
