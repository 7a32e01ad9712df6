"""Reads over several rooms of the wallet, for its pages."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Date, cast, func, select

from agency.foundation.database.session import session
from agency.foundation.local_days import instant
from agency.foundation.money import Money
from agency.foundation.paging import Page, paged
from agency.tenants.models import SubAccount
from wallet.charges.models import Charge
from wallet.credits.models.transactions import WalletTransaction
from wallet.ledger.codes import Code
from wallet.recharge.models import Recharge, RechargeState
from wallet.recharge.operations.firing import RECHARGE
from wallet.top_ups.models import FundingTerms, Receipt, TopUpRefundPart


def recharged(rows: Iterable[WalletTransaction]) -> set[UUID]:
    """The ids of those transactions whose funds came by automatic recharge."""
    charges = {row.source_id: row.id for row in rows if row.kind is Code.TOP_UP}
    automatic = session.scalars(select(Charge.id).where(Charge.id.in_(charges), Charge.source_type == RECHARGE))
    return {charges[charge_id] for charge_id in automatic}


def recharges_of_agency(states: Sequence[RechargeState], *, cursor: str | None, limit: int = 25) -> Page[Recharge]:
    """Recharges of every wallet, newest first; no states named: whatever became of them."""
    query = select(Recharge)
    if states:
        query = query.where(Recharge.state.in_(states))
    return paged(query, Recharge.id, cursor=cursor, limit=limit)


def receipts_of_charge(charge_id: UUID) -> Sequence[Receipt]:
    """Of its payment, then of what was given back."""
    return session.scalars(select(Receipt).where(Receipt.charge_id == charge_id).order_by(Receipt.id)).all()


def receipts_of_refund(refund_id: UUID) -> Sequence[Receipt]:
    """One for each part that a card has taken back."""
    parts = select(TopUpRefundPart.id).where(TopUpRefundPart.refund_id == refund_id)
    return session.scalars(select(Receipt).where(Receipt.refund_part_id.in_(parts)).order_by(Receipt.id)).all()


def moves_by_day(client: SubAccount, *, first_day: date) -> dict[date, Money]:
    """What changed the balance on each local day since, automatic recharges aside."""
    automatic = select(Charge.id).where(Charge.source_type == RECHARGE)
    day = cast(func.timezone(client.time_zone, WalletTransaction.booked_at), Date)
    change = WalletTransaction.purchased + WalletTransaction.complimentary - WalletTransaction.owed
    rows = session.execute(
        select(day, func.sum(change))
        .where(
            WalletTransaction.sub_account_id == client.id,
            WalletTransaction.currency == client.currency,
            WalletTransaction.booked_at >= instant(first_day, ZoneInfo(client.time_zone)),
            WalletTransaction.source_id.not_in(automatic),
        )
        .group_by(day)
    )
    return {moved_on: Money(int(total), client.currency) for moved_on, total in rows}


def own_terms(currency: str, sub_account_id: UUID | None) -> FundingTerms | None:
    """What the agency, or one of its wallets, has said for itself."""
    return session.scalar(
        select(FundingTerms).where(
            FundingTerms.currency == currency, FundingTerms.sub_account_id.is_not_distinct_from(sub_account_id)
        )
    )
