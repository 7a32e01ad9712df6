"""Wallets as they stand under their locks."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from agency.foundation.database.bulk import execute, uuids
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from wallet.credits.models.lots import CreditLot, LotRow
from wallet.credits.rules.lots import Lot, Split, Take, left_after, split_debit, usable
from wallet.ledger.chart import AccountKey, AccountKind
from wallet.ledger.operations import lock

AnyLot = LotRow | CreditLot


class WalletKey(NamedTuple):
    sub_account_id: UUID
    currency: str

    def account(self, kind: AccountKind) -> AccountKey:
        return AccountKey(kind, self.sub_account_id, self.currency)


@dataclass(slots=True)
class Standing:
    """One locked wallet, kept in step with what this transaction does to it.

    Attributes:
        credit: what stands on the *purchased* and *complimentary* accounts, in micros.
        owed: what past work took beyond them; ``owed_held`` is what holds may add to it.
        lots: those with credit left when the lock was taken, by id; ``left`` as the rules see it.
    """

    key: WalletKey
    owed: Money
    owed_held: Money
    credit: dict[AccountKind, int] = field(
        default_factory=lambda: {AccountKind.PURCHASED_CREDIT: 0, AccountKind.COMPLIMENTARY_CREDIT: 0}
    )
    lots: dict[UUID, AnyLot] = field(default_factory=dict)
    left: list[Lot] = field(default_factory=list)

    def add(self, lot: AnyLot) -> None:
        self.lots[lot.id] = lot
        self.left.append(lot.as_rule())
        self.credit[lot.ledger_kind] += lot.remaining

    def lot_of(self, take: Take) -> AnyLot:
        return self.lots[take.lot_id]  # type: ignore[index]  # The rules take any hashable id; ours are UUIDs.

    @property
    def balance(self) -> Money:
        """Purchased and complimentary credit less what is owed."""
        return Money(sum(self.credit.values()), self.key.currency) - self.owed

    def available(self, *, now: datetime, meter: str | None = None) -> Money:
        """What new work may spend: on one meter, or (None) on anything."""
        return usable(self.left, self.key.currency, now=now, meter=meter) - self.owed - self.owed_held

    def split(self, amount: Money, *, now: datetime, meter: str | None = None) -> Split:
        """Which lots pay an amount. They count as taken from here on, or as held."""
        found = split_debit(self.left, amount, now=now, meter=meter)
        self.take(found.takes)
        return found

    def take(self, takes: Iterable[Take]) -> None:
        self.left = left_after(self.left, takes)


def locked(keys: Iterable[WalletKey]) -> dict[WalletKey, Standing]:
    """Lock wallets for the rest of the transaction, in a fixed order, and read them.

    The lock is that of the *owed* account; it guards the wallet's other accounts, its lots, holds and recharge
    rule. Lots are read after it is held, so that nothing its last holder committed is missed.
    """
    wanted = {key.account(AccountKind.OWED): key for key in keys}
    standings = {}
    for account_key, account in lock(wanted).items():
        key = wanted[account_key]
        owed = Money(account.debits_posted - account.credits_posted, key.currency)
        standings[key] = Standing(key, owed, Money(account.debits_pending, key.currency))
    for lot in _unspent([key.sub_account_id for key in standings]):
        standing = standings.get(WalletKey(lot.sub_account_id, lot.currency))
        if standing is not None:
            standing.add(lot)
    return standings


def lock_wallet(key: WalletKey) -> Standing:
    return locked([key])[key]


UNSPENT = """
SELECT id, sub_account_id, currency, kind, granted, remaining, held, returned, priority, meters, effective_at,
    expires_at, created_at, charge_id, purchase_id, description
FROM credit_lots
WHERE agency_id = %(agency_id)s AND sub_account_id = ANY (%(ids)s::uuid[]) AND NOT is_spent
ORDER BY id
"""


def _unspent(sub_account_ids: Iterable[UUID]) -> Iterable[LotRow]:
    rows = execute(UNSPENT, {"agency_id": scope.agency_id(), "ids": uuids(sub_account_ids)}, prepared=True)
    return [LotRow.read(row) for row in rows]
