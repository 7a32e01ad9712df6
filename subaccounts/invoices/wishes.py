"""What a program or a form says, as wishes."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import g
from flask_babel import gettext as _

from agency.foundation.access.visitor import current_visitor
from agency.foundation.errors import InvalidInput, NotAllowed, NotFound
from agency.plans.queries import providers_by_id
from agency.tenants.queries import sub_account
from subaccounts.customers.queries import customer
from subaccounts.invoices import queries
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.operations.composing import DraftWish
from subaccounts.invoices.queries import Document
from subaccounts.invoices.rules.lines import LineWish
from subaccounts.invoices.sellers import seller_id
from wallet.billing_accounts.models import BillingAccount
from wallet.billing_accounts.queries import billing_account, payer_of


def draft_wish(said: Mapping[str, Any]) -> DraftWish:
    """A document for the customer named, or for the sub-account itself.

    Raises:
        InvalidInput: neither is named, there is no account in that currency, or a provider is another seller's.
        NotAllowed: a sub-account would bill itself.
    """
    seller, account = _payer(said)
    lines = [line_wish(line) for line in said.get("lines", ())]
    refuse_foreign_providers([line.provider_id for line in lines], seller, account.sub_account_id)
    return DraftWish(
        account=account,
        seller=seller,
        customer_id=said.get("customer_id"),
        lines=lines,
        period=period_said(said),
        custom_fields=said.get("custom_fields", {}),
        due_on=said.get("due_on"),
        due_days=said.get("due_days"),
        purchase_order=said.get("purchase_order"),
        beneficiary=said.get("beneficiary"),
        notes=said.get("notes"),
        terms=said.get("terms"),
    )


def _payer(said: Mapping[str, Any]) -> tuple[Seller, BillingAccount]:
    currency = said.get("currency")
    if "customer_id" in said:
        found = customer(said["customer_id"], sub_account_id=said.get("sub_account_id"))
        return Seller.SUB_ACCOUNT, _account(found.payer_id, currency)
    if g.get("place") is not None:
        raise InvalidInput({"customer_id": [_("Say which customer.")]})
    if "sub_account_id" not in said:
        raise InvalidInput({"customer_id": [_("Say which customer, or which sub-account, is to pay.")]})
    return Seller.AGENCY, _account(payer_of(sub_account(said["sub_account_id"]).id).id, currency)


def _account(payer_id: UUID, currency: str | None) -> BillingAccount:
    try:
        return billing_account(payer_id, currency)
    except NotFound as error:
        refusal = _("The payer has no billing account in this currency. Give them one, or bill in another currency.")
        raise InvalidInput({"currency": [refusal]}) from error


def line_wish(said: Mapping[str, Any]) -> LineWish:
    return LineWish(
        description=said["description"],
        quantity=Decimal(said.get("quantity") or "1"),
        unit=said.get("unit"),
        unit_price=Decimal(said["unit_price"]),
        taxes=said.get("taxes", ()),
        provider_id=said.get("provider_id"),
    )


def line_changes(said: Mapping[str, Any]) -> dict[str, Any]:
    """The same for a line that is there: only what is said."""
    numbers = {name: Decimal(said[name]) for name in ("quantity", "unit_price") if name in said}
    return {**said, **numbers}


def period_said(said: Mapping[str, Any]) -> Any:  # noqa: ANN401  # A pair of days, or none.
    """Raises InvalidInput: only one of its ends is said."""
    start, end = said.get("period_start"), said.get("period_end")
    if (start is None) != (end is None):
        missing = "period_end" if end is None else "period_start"
        raise InvalidInput({missing: [_("Say the first day of the period and the day after its last one.")]})
    return (start, end) if start else None


def draft_changes(said: Mapping[str, Any]) -> dict[str, Any]:
    changes = {name: value for name, value in said.items() if not name.startswith("period_")}
    return changes | ({"period": period_said(said)} if changes.keys() != said.keys() else {})


def refuse_foreign_providers(provider_ids: Iterable[UUID | None], seller: Seller, sub_account_id: UUID) -> None:
    """Raises InvalidInput: a line names a service provider that is not the seller's."""
    wanted = {each for each in provider_ids if each}
    own = seller_id(seller, sub_account_id)
    found = {row.id for row in providers_by_id(wanted).values() if row.sub_account_id == own} if wanted else set()
    if wanted - found:
        raise InvalidInput({"provider_id": [_("There is no such service provider.")]})


def managed(document_id: UUID) -> Document:
    """A document that this visitor may change: a sub-account changes its own, never what its agency bills it.

    Raises:
        NotFound: no such document, or a draft that is not theirs to see.
        NotAllowed: it is billed to them.
    """
    found = queries.document(document_id)
    if found.seller is Seller.AGENCY and g.get("place") is not None:
        raise NotAllowed
    if not current_visitor().may("invoices.manage"):
        raise NotAllowed
    return found
