from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record_change
from agency.foundation.database.session import session
from agency.foundation.errors import InvalidInput
from wallet.billing_accounts.models import BillingAccount, Payer, PayerKind
from wallet.billing_accounts.rules import is_postal_code, missing_address, tax_id_kinds, tidy_tax_id

ADDRESS = ("line1", "line2", "city", "region", "postal_code")
DEMANDED = {
    "line1": _l("Write the street and number; documents for this country need them."),
    "city": _l("Write the city; documents for this country need it."),
    "region": _l("Write the state or region; tax in this country depends on it."),
    "postal_code": _l("Write the postal code; documents for this country need it."),
}
TaxId = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountWish:
    """What an account begins with; its address may come later."""

    legal_name: str
    currency: str
    country: str
    locale: str
    email: str | None = None


def open_payer(kind: PayerKind, sub_account_id: UUID, wish: AccountWish, *, now: datetime) -> BillingAccount:
    """Add somebody who pays, with their first billing account."""
    payer = Payer(sub_account_id=sub_account_id, kind=kind, created_at=now)
    session.add(payer)
    session.flush()
    return open_account(payer, wish, now=now)


def open_account(payer: Payer, wish: AccountWish, *, now: datetime) -> BillingAccount:
    """The payer's account in that currency, added unless it is there."""
    found = session.scalar(
        select(BillingAccount).where(BillingAccount.payer_id == payer.id, BillingAccount.currency == wish.currency)
    )
    if found is not None:
        return found
    account = BillingAccount(
        sub_account_id=payer.sub_account_id,
        payer_id=payer.id,
        currency=wish.currency,
        legal_name=wish.legal_name,
        email=wish.email,
        locale=wish.locale,
        country=wish.country,
        tax_ids=[],
        created_at=now,
    )
    session.add(account)
    session.flush()
    return account


def change_account(account: BillingAccount, changes: Mapping[str, Any], *, by: Actor, now: datetime) -> None:
    """Set the given fields; an address is whole, with what stays of it, as its country demands.

    Raises:
        InvalidInput: names each part of the address and each tax id that will not do.
    """
    wanted = {name: getattr(account, name) for name in (*ADDRESS, "country", "tax_ids")} | dict(changes)
    moved = changes.keys() & {*ADDRESS, "country"}
    errors = _address_errors(wanted, wanted["country"]) if moved else {}
    wanted["tax_ids"] = _tidied(wanted["tax_ids"], wanted["country"], errors)
    if errors:
        raise InvalidInput(errors)
    changed = {name: wanted[name] for name in {*changes, "tax_ids"}}
    record_change("billing_account.changed", account, changed, by=by, now=now, sub_account_id=account.sub_account_id)


def _address_errors(address: Mapping[str, Any], country: str) -> dict[str, list[str]]:
    errors = {part: [str(DEMANDED[part])] for part in missing_address(address, country)}
    code = address["postal_code"]
    if code and not is_postal_code(code, country):
        errors["postal_code"] = [str(_l("This is not a postal code of that country."))]
    return errors


def _tidied(tax_ids: Sequence[TaxId], country: str, errors: dict[str, list[str]]) -> list[TaxId]:
    """Each number as its authority writes it; what is wrong is added to the errors at its place."""
    kinds = {kind.code: kind for kind in tax_id_kinds(country)}
    tidied = []
    for place, tax_id in enumerate(tax_ids):
        kind = kinds.get(tax_id["type"])
        value = tidy_tax_id(kind, tax_id["value"]) if kind else None
        if kind is None:
            errors[f"tax_ids.{place}.type"] = [str(_l("Not a tax id of that country."))]
        elif value is None:
            errors[f"tax_ids.{place}.value"] = [
                str(_l("This is not a valid %(kind)s: check its digits.", kind=kind.label))
            ]
        else:
            tidied.append({"type": kind.code, "value": value})
    return tidied
