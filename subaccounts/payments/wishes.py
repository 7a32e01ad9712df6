"""What a program or a form says, as wishes; and who may say it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import g
from flask_babel import gettext as _

from agency.foundation.access.visitor import current_visitor
from agency.foundation.errors import InvalidInput, NotAllowed, NotFound
from agency.foundation.money import Money
from agency.tenants.queries import sub_account
from subaccounts.customers.queries import customer
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.queries import accounts_by_id, invoice
from subaccounts.payments import queries
from subaccounts.payments.models.payments import Payment
from subaccounts.payments.operations.dividing import PayWish
from wallet.billing_accounts.models import BillingAccount
from wallet.billing_accounts.queries import billing_account, payer_of


def pay_wish(said: Mapping[str, Any], *, request: str | None) -> PayWish:
    """For the customer named, for the sub-account named, or for a sub-account's own key itself.

    Raises:
        InvalidInput: nobody is named, or has no account in that currency.
        NotFound: none such.
    """
    seller, account = account_said(said, said["amount"].currency if said.get("amount") else None)
    parts = said.get("allocations")
    return PayWish(
        account=account,
        seller=seller,
        customer_id=said.get("customer_id"),
        amount=said.get("amount"),
        splits=None if parts is None else split_said(parts),
        request=request,
    )


def split_said(parts: list[Mapping[str, Any]]) -> dict[UUID, Money]:
    """Raises InvalidInput: an invoice is named twice."""
    split = {part["invoice_id"]: part["amount"] for part in parts}
    if len(split) < len(parts):
        raise InvalidInput({"allocations": [_("Name each invoice once.")]})
    return split


def wish_for_invoice(invoice_id: UUID, said: Mapping[str, Any], *, request: str | None) -> PayWish:
    """To pay one invoice: all of it, or the amount that is said.

    Raises:
        NotFound: none such, or a draft.
    """
    found = invoice(invoice_id)
    account = accounts_by_id([found.billing_account_id])[found.billing_account_id]
    return PayWish(
        account=account,
        seller=found.seller,
        customer_id=found.customer_id,
        amount=said.get("amount"),
        invoice_ids=[found.id],
        request=request,
    )


def managed(payment_id: UUID) -> Payment:
    """A payment that this visitor may return: the seller's, never what a sub-account paid its agency.

    Raises:
        NotFound, NotAllowed
    """
    found = queries.payment(payment_id)
    refuse_payer(found.seller)
    return found


def refuse_payer(seller: Seller) -> None:
    """Only who sells says that money came, or gives it back. Raises NotAllowed."""
    if seller is Seller.AGENCY and g.get("place") is not None:
        raise NotAllowed
    if not current_visitor().may("payments.manage"):
        raise NotAllowed


def account_said(said: Mapping[str, Any], currency: str | None) -> tuple[Seller, BillingAccount]:
    """The account of the customer named, or of the sub-account with its agency.

    Raises:
        InvalidInput: neither is named, or it has no account in that currency.
        NotFound: none such.
    """
    if "customer_id" in said:
        found = customer(said["customer_id"], sub_account_id=said.get("sub_account_id"))
        return Seller.SUB_ACCOUNT, _account(found.payer_id, currency)
    if "sub_account_id" not in said:
        raise InvalidInput({"customer_id": [_("Say which customer, or which sub-account, is to pay.")]})
    return Seller.AGENCY, _account(payer_of(sub_account(said["sub_account_id"]).id).id, currency)


def _account(payer_id: UUID, currency: str | None) -> BillingAccount:
    try:
        return billing_account(payer_id, currency)
    except NotFound as error:
        raise InvalidInput({"amount": [_("The payer has no billing account in this currency.")]}) from error
