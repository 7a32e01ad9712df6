"""Whose wallets bear what a bank takes back: credit of the charge may have gone on from a wallet that was closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.session import session
from agency.foundation.money import Money
from wallet.credits.models.lots import CreditLot
from wallet.credits.models.transactions import ClawBack
from wallet.credits.operations.closing import moved_from
from wallet.credits.standing import Standing, WalletKey, locked


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """A locked wallet that credit of the charge came to.

    Attributes:
        lots: those of the charge, the oldest first.
        rows: what each dispute of the charge took from this wallet.
        moved_on: what went on to a successor.
    """

    standing: Standing
    lots: Sequence[CreditLot]
    rows: Sequence[ClawBack]
    moved_on: int

    @property
    def share(self) -> Money:
        """What stayed with this wallet, spent or not, and was neither returned nor taken back yet."""
        stayed = sum(lot.granted - lot.returned for lot in self.lots) - self.moved_on
        return Money(stayed - sum(row.spent for row in self.rows), self.standing.key.currency)

    def row_of(self, dispute_id: UUID) -> ClawBack | None:
        return next((row for row in self.rows if row.dispute_id == dispute_id), None)


def locked_bearers(charge_id: UUID) -> list[Bearer]:
    """Who received the charge's credit last comes first, who paid the charge last. The charge is locked."""
    wallets = [WalletKey(lot.sub_account_id, lot.currency) for lot in _lots(charge_id)]
    if not wallets:
        return []
    standings, lots = locked(wallets), _lots(charge_id)
    rows = session.scalars(
        select(ClawBack).where(ClawBack.charge_id == charge_id).execution_options(populate_existing=True)
    ).all()
    successors = [key for key in dict.fromkeys(reversed(wallets)) if key != wallets[0]]
    return [_bearer(standings[key], lots, rows) for key in [*successors, wallets[0]]]


def _lots(charge_id: UUID) -> Sequence[CreditLot]:
    """As they stand in the database, the oldest first."""
    return session.scalars(
        select(CreditLot)
        .where(CreditLot.charge_id == charge_id)
        .order_by(CreditLot.id)
        .execution_options(populate_existing=True)
    ).all()


def _bearer(standing: Standing, lots: Sequence[CreditLot], rows: Sequence[ClawBack]) -> Bearer:
    owner_id = standing.key.sub_account_id
    own = [lot for lot in lots if lot.sub_account_id == owner_id]
    origins = tuple(moved_from(lot.id) for lot in own)
    return Bearer(
        standing=standing,
        lots=own,
        rows=[row for row in rows if row.sub_account_id == owner_id],
        moved_on=sum(lot.granted for lot in lots if lot.origin.startswith(origins)),
    )
