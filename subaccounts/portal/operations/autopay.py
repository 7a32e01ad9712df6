"""Autopay: what is due is charged to the card that stands first, once a day, until it fails three days in a row."""

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, select

from agency.foundation.actor import PLATFORM, Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.database.uniqueness import unique
from agency.foundation.errors import DomainError
from agency.foundation.local_days import instant, local_day
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.tenants.queries import sub_account
from subaccounts.customers.models import Customer
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.models.invoices import Invoice, State
from subaccounts.payments.operations.dividing import PayWish
from subaccounts.payments.operations.paying import request_payment
from subaccounts.portal.mails import mail_identity
from subaccounts.portal.models.autopay import Autopay, EndReason
from subaccounts.portal.passing import passing_cards
from subaccounts.portal.queries import identity
from wallet.billing_accounts.queries import billing_account
from wallet.payment_methods.models import PaymentMethod
from wallet.payment_methods.queries import cards

REQUEST = "autopay/"
FAILED_DAYS_MAX = 3
LOOKS_AT = time(9)  # In the seller's zone: when a person may be reached about what went wrong.


class NoSavedCard(DomainError):
    status = 422
    field = "card"
    message = _l("Save a card first. Autopay was not switched on.")


class AutopayOn(DomainError):
    message = _l("Autopay is on already.")


def autopay_of(customer_id: UUID) -> Autopay | None:
    """The one that is on."""
    return session.scalar(select(Autopay).where(Autopay.customer_id == customer_id, Autopay.ended_at.is_(None)))


def first_card(customer: Customer) -> PaymentMethod | None:
    """The card that autopay charges: the saved one that stands first."""
    passing = set(passing_cards(customer.id))
    return next((each for each in cards(customer.payer_id) if each.id not in passing), None)


def switch_on(customer: Customer, *, identity_id: UUID, consent: str, by: Actor, now: datetime) -> Autopay:
    """Agreed to by a person, in the words they read; it looks for what is due at once.

    Raises:
        NoSavedCard, AutopayOn: nothing is changed.
    """
    if first_card(customer) is None:
        raise NoSavedCard
    agreed = Autopay(
        sub_account_id=customer.sub_account_id,
        customer_id=customer.id,
        identity_id=identity_id,
        consent_text=consent,
        agreed_at=now,
        agreed_by=by.name,
        failed_days=0,
        look_at=now,
    )
    with unique(AutopayOn):
        session.add(agreed)
    record("portal.autopay_on", customer, by=by, now=now, sub_account_id=customer.sub_account_id)
    return agreed


def switch_off(agreed: Autopay, customer: Customer, reason: EndReason, *, by: Actor, now: datetime) -> None:
    """Nothing is charged by itself any more; a payment under way ends as it may."""
    agreed.ended_at, agreed.ended_reason, agreed.look_at = now, reason, None
    record(
        "portal.autopay_off",
        customer,
        by=by,
        now=now,
        after={"reason": reason},
        sub_account_id=customer.sub_account_id,
    )


def pay_due(agreed: Autopay, *, now: datetime) -> None:
    """Ask the card for what is due by today, and look again tomorrow. A day's request is asked for once."""
    zone = ZoneInfo(sub_account(agreed.sub_account_id).time_zone)
    today = local_day(now, zone)
    agreed.look_at = instant(today + timedelta(days=1), zone, LOOKS_AT)
    customer = session.get_one(Customer, (scope.agency_id(), agreed.customer_id))
    for currency, invoice_ids in _due(customer, today).items():
        wish = PayWish(
            account=billing_account(customer.payer_id, currency),
            seller=Seller.SUB_ACCOUNT,
            customer_id=customer.id,
            invoice_ids=invoice_ids,
            request=f"{REQUEST}{agreed.id}/{today}/{currency}",
        )
        _ask(agreed, customer, wish, today=today, now=now)


def _ask(agreed: Autopay, customer: Customer, wish: PayWish, *, today: date, now: datetime) -> None:
    card = first_card(customer)
    if card is None:
        note_failed_day(agreed, today=today, now=now)
        return
    try:
        with session.begin_nested():
            request_payment(wish, card_id=card.id, by=PLATFORM, off_session=True, now=now)
    except DomainError:
        return  # Nothing is left to pay, somebody pays it just now, or cards are not taken: tomorrow is another day.


def _due(customer: Customer, today: date) -> dict[str, list[UUID]]:
    """Open invoices that are due, by currency."""
    rows = session.execute(select(Invoice.currency, Invoice.id).where(*_is_due(customer.id, today)))
    found: dict[str, list[UUID]] = {}
    for currency, invoice_id in rows:
        found.setdefault(currency, []).append(invoice_id)
    return found


def due_already(customer_id: UUID, *, today: date) -> list[Money]:
    """What is charged as soon as autopay is switched on, one amount for each currency."""
    owed = func.sum(Invoice.balance_micros)
    rows = session.execute(
        select(Invoice.currency, owed).where(*_is_due(customer_id, today)).group_by(Invoice.currency).having(owed > 0)
    )
    return sorted((Money(int(micros), currency) for currency, micros in rows), key=lambda each: each.currency)


def _is_due(customer_id: UUID, today: date) -> tuple[ColumnElement[bool], ...]:
    return (
        Invoice.customer_id == customer_id,
        Invoice.seller == Seller.SUB_ACCOUNT,
        Invoice.state == State.OPEN,
        Invoice.due_on <= today,
    )


def note_failed_day(agreed: Autopay, *, today: date, now: datetime) -> None:
    """Several failures of a day are one; the third day in a row ends it, and its person is told."""
    if agreed.ended_at is not None or agreed.failed_on == today:
        return
    agreed.failed_days, agreed.failed_on = agreed.failed_days + 1, today
    if agreed.failed_days < FAILED_DAYS_MAX:
        return
    customer = session.get_one(Customer, (scope.agency_id(), agreed.customer_id))
    switch_off(agreed, customer, EndReason.FAILED, by=PLATFORM, now=now)
    mail_identity("portal_autopay_off", identity(agreed.identity_id), now=now, customer_name=customer.name)


def asked_by(request: str | None) -> tuple[Autopay, date] | None:
    """The autopay that asked for a payment, and for which day, by the payment's request."""
    if request is None or not request.startswith(REQUEST):
        return None
    _name, autopay_id, day, _currency = request.split("/")
    agreed = session.get_one(Autopay, (scope.agency_id(), UUID(autopay_id)), with_for_update=True)
    return agreed, date.fromisoformat(day)
