"""The agency's terms for its wallets, and for one of them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert

from agency.foundation import ids
from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.bulk import any_of
from agency.foundation.database.session import session
from agency.foundation.errors import InvalidInput
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.tenants.models import SubAccount
from wallet.credits.standing import WalletKey
from wallet.top_ups.models import FundingTerms
from wallet.top_ups.rules import Terms, platform_terms

MONEY = ("minimum", "maximum", "balance_maximum", "bonus_from")


def terms_of(wallet: WalletKey) -> Terms:
    """What holds for a wallet: its own terms before its agency's before the platform's."""
    return terms_of_each([wallet])[wallet]


def terms_of_each(wallets: Iterable[WalletKey]) -> dict[WalletKey, Terms]:
    """The same for any number of wallets."""
    wanted = set(wallets)
    currencies = {wallet.currency for wallet in wanted}
    mine = FundingTerms.sub_account_id == any_of(each.sub_account_id for each in wanted)
    said = _said_by(FundingTerms.currency.in_(currencies), FundingTerms.sub_account_id.is_(None) | mine)
    shared = {currency: replace(platform_terms(currency), **said.get((None, currency), {})) for currency in currencies}
    return {
        wallet: replace(shared[wallet.currency], **said[wallet]) if wallet in said else shared[wallet.currency]
        for wallet in wanted
    }


def agency_terms(currency: str) -> Terms:
    """What holds for wallets in a currency that have no terms of their own."""
    said = _said_by(FundingTerms.currency == currency, FundingTerms.sub_account_id.is_(None))
    return replace(platform_terms(currency), **said.get((None, currency), {}))


def set_terms(
    currency: str, changes: Mapping[str, Any], *, sub_account: SubAccount | None, by: Actor, now: datetime
) -> FundingTerms:
    """Set the given fields, of the agency or of one wallet; None: as the floor below has it.

    Raises:
        InvalidInput: the bounds that would hold leave no room.
    """
    row = _row(currency, sub_account)
    for name, value in changes.items():
        setattr(row, name, value.micros if isinstance(value, Money) else value)
    session.flush()
    terms = terms_of(WalletKey(sub_account.id, currency)) if sub_account else agency_terms(currency)
    if not terms.minimum <= terms.maximum <= terms.balance_maximum:
        raise InvalidInput({"maximum": [str(_l("The minimum, the maximum and the balance must grow in this order."))]})
    record(
        "wallet.terms_changed",
        row,
        by=by,
        now=now,
        after={name: str(value) for name, value in changes.items()},
        sub_account_id=row.sub_account_id,
    )
    return row


def _row(currency: str, sub_account: SubAccount | None) -> FundingTerms:
    """Added when first set; two who come at once get the same one."""
    sub_account_id = sub_account.id if sub_account else None
    session.execute(
        insert(FundingTerms)
        .values(id=ids.new_id(), agency_id=scope.agency_id(), sub_account_id=sub_account_id, currency=currency)
        .on_conflict_do_nothing()
    )
    return session.scalars(
        select(FundingTerms)
        .where(FundingTerms.currency == currency, FundingTerms.sub_account_id.is_not_distinct_from(sub_account_id))
        .with_for_update()
    ).one()


def _said_by(*of: ColumnElement[bool]) -> dict[tuple[UUID | None, str], dict[str, Any]]:
    rows = session.scalars(select(FundingTerms).where(*of))
    return {(row.sub_account_id, row.currency): _said(row) for row in rows}


def _said(row: FundingTerms) -> dict[str, Any]:
    said: dict[str, Any] = {
        name: Money(micros, row.currency) for name in MONEY if (micros := getattr(row, name)) is not None
    }
    if row.bonus_percent is not None:
        said["bonus_percent"] = row.bonus_percent
    if row.cooling_down_minutes is not None:
        said["cooling_down"] = timedelta(minutes=row.cooling_down_minutes)
    if row.receipts_mailed is not None:
        said["receipts_mailed"] = row.receipts_mailed
    return said
