"""Customers of a sub-account, and the payer behind each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record, record_change
from agency.foundation.database.session import session
from agency.foundation.database.uniqueness import unique
from agency.foundation.errors import DomainError
from agency.tenants.models import SubAccount
from subaccounts.customers.models import Customer
from wallet.billing_accounts.models import PayerKind
from wallet.billing_accounts.operations import AccountWish, change_account, open_payer
from wallet.billing_accounts.queries import billing_account

REFERENCE_INDEX = "uq_customers_reference"
OWN_FIELDS = frozenset({"name", "email", "phone", "reference"})


class ReferenceTaken(DomainError):
    status = 422
    field = "reference"
    message = _l("Another customer has this reference. Use a different one, or leave it empty.")


class SubAccountClosed(DomainError):
    message = _l("This sub-account is closed. Nothing was added.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerWish:
    """What is not said is as the sub-account has it; the billing account takes ``account`` besides."""

    name: str
    email: str | None = None
    phone: str | None = None
    reference: str | None = None
    currency: str | None = None
    account: Mapping[str, Any] | None = None


def add_customer(seller: SubAccount, wish: CustomerWish, *, by: Actor, now: datetime) -> Customer:
    """Add a customer with the billing account documents are made out to.

    Raises:
        ReferenceTaken: another customer of the sub-account has it.
        SubAccountClosed: nobody is billed by it any more.
        InvalidInput: what its country demands is missing or wrong.
    """
    if not seller.is_open:
        raise SubAccountClosed
    said = dict(wish.account or {})
    opened = AccountWish(
        legal_name=said.get("legal_name") or wish.name,
        currency=wish.currency or seller.currency,
        country=said.get("country") or seller.country,
        locale=said.get("locale") or seller.locale,
        email=wish.email,
    )
    account = open_payer(PayerKind.CUSTOMER, seller.id, opened, now=now)
    customer = Customer(
        sub_account_id=seller.id,
        payer_id=account.payer_id,
        name=wish.name,
        email=wish.email,
        phone=wish.phone,
        reference=wish.reference,
        created_at=now,
        created_by=by.name,
    )
    with unique(ReferenceTaken, REFERENCE_INDEX):
        session.add(customer)
    if said.keys() - {"legal_name", "country", "locale"}:
        change_account(account, said, by=by, now=now)
    record("customer.added", customer, by=by, now=now, after={"name": wish.name}, sub_account_id=seller.id)
    return customer


def change_customer(customer: Customer, changes: Mapping[str, Any], *, by: Actor, now: datetime) -> None:
    """Set the given fields, of the customer and of its first billing account.

    Raises:
        ReferenceTaken: another customer of the sub-account has it.
        InvalidInput: what its country demands is missing or wrong.
    """
    own = {name: value for name, value in changes.items() if name in OWN_FIELDS}
    with unique(ReferenceTaken, REFERENCE_INDEX):
        record_change("customer.changed", customer, own, by=by, now=now, sub_account_id=customer.sub_account_id)
    of_account = {name: value for name, value in changes.items() if name not in OWN_FIELDS}
    if "email" in own:
        of_account["email"] = own["email"]
    if of_account:
        change_account(billing_account(customer.payer_id), of_account, by=by, now=now)
