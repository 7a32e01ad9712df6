"""Settled money becomes credit."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from agency.foundation import events
from agency.foundation.database.session import session
from agency.foundation.money import Money
from wallet.credits.booking import Booking, Snapshot, new_lot
from wallet.credits.entries import Entry
from wallet.credits.events import WalletToppedUp
from wallet.credits.models.lots import CreditLot
from wallet.credits.models.transactions import WalletTransaction
from wallet.credits.rules.lots import LotKind, Take
from wallet.credits.rules.returns import pay_owed_first
from wallet.credits.standing import Standing, WalletKey, lock_wallet
from wallet.ledger.chart import AccountKind
from wallet.ledger.codes import Code

CHARGE = "charge"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUp:
    """``amount`` has settled on a charge of a card; ``bonus`` comes with it for free."""

    sub_account_id: UUID
    amount: Money
    charge_id: UUID
    bonus: Money | None = None
    expires_at: datetime | None = None
    description: str = ""

    @property
    def wallet(self) -> WalletKey:
        return WalletKey(self.sub_account_id, self.amount.currency)


def top_up(wish: TopUp, *, now: datetime) -> WalletTransaction:
    """Give the credit of a settled charge, once: told again, it answers with what was done then.

    What the wallet owes is paid from it first.
    """
    standing = lock_wallet(wish.wallet)
    done = _done(wish.charge_id)
    if done is not None:
        return done
    booking = Booking(now=now)
    entry, lot, paid_owed = _buy(booking, standing, wish)
    if wish.bonus:
        _give_bonus(booking, standing, wish, wish.bonus, lot)
    booking.write()
    events.publish(
        WalletToppedUp(
            sub_account_id=wish.sub_account_id,
            transaction_id=entry.id,
            charge_id=wish.charge_id,
            amount=wish.amount,
            paid_owed=paid_owed,
            at=now,
        )
    )
    return booking.transaction


def _done(charge_id: UUID) -> WalletTransaction | None:
    return session.scalar(
        select(WalletTransaction).where(
            WalletTransaction.kind == Code.TOP_UP,
            WalletTransaction.source_id == charge_id,
            WalletTransaction.sub_account_id == CreditLot.sub_account_id,
            CreditLot.origin == _origin(charge_id),
        )
    )


def _origin(charge_id: UUID) -> str:
    return f"{CHARGE}:{charge_id}"


def _buy(booking: Booking, standing: Standing, wish: TopUp) -> tuple[Entry, CreditLot, Money]:
    snapshot, key = Snapshot.of(standing), standing.key
    entry = Entry(kind=Code.TOP_UP, source_type=CHARGE, source_id=wish.charge_id, description=wish.description)
    lot = new_lot(
        standing,
        LotKind.PURCHASED,
        wish.amount,
        origin=_origin(wish.charge_id),
        now=booking.now,
        expires_at=wish.expires_at,
        charge_id=wish.charge_id,
        description=wish.description,
    )
    booking.add_lot(standing, lot)
    purchased = key.account(AccountKind.PURCHASED_CREDIT)
    booking.post(entry, key.account(AccountKind.CARD_CLEARING), purchased, wish.amount)
    paid_owed = pay_owed(booking, standing, entry, lot)
    booking.enter(standing, entry, snapshot)
    return entry, lot, paid_owed


def pay_owed(booking: Booking, standing: Standing, entry: Entry, lot: CreditLot) -> Money:
    """The new lot pays what the wallet owes, as far as it goes; answers how much that was."""
    part = pay_owed_first(Money(lot.remaining, lot.currency), owed=standing.owed).to_owed
    if part:
        take = Take(lot_id=lot.id, amount=part)
        standing.take([take])
        booking.use(standing, entry, [take])
        owed = standing.key.account(AccountKind.OWED)
        booking.post(entry, standing.key.account(lot.ledger_kind), owed, part, Code.OWED_PAID)
        standing.owed -= part
    return part


def _give_bonus(booking: Booking, standing: Standing, wish: TopUp, bonus: Money, purchase: CreditLot) -> None:
    snapshot, key = Snapshot.of(standing), standing.key
    entry = Entry(kind=Code.BONUS, source_type=CHARGE, source_id=wish.charge_id, description=wish.description)
    lot = new_lot(
        standing,
        LotKind.BONUS,
        bonus,
        origin=f"bonus:{wish.charge_id}",
        now=booking.now,
        expires_at=wish.expires_at,
        purchase_id=purchase.id,
        description=wish.description,
    )
    booking.add_lot(standing, lot)
    booking.post(
        entry,
        key.account(AccountKind.COMPLIMENTARY_EXPENSE),
        key.account(AccountKind.COMPLIMENTARY_CREDIT),
        bonus,
    )
    booking.enter(standing, entry, snapshot)
