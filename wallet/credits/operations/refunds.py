"""Purchased credit goes back to the card that bought it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import ROUND_DOWN
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from agency.foundation.database.session import session
from agency.foundation.errors import DomainError, InvalidInput, NotFound
from agency.foundation.money import Money
from agency.foundation.schemas import is_whole_coins
from agency.foundation.tenancy import scope
from wallet.credits.booking import Booking, Snapshot
from wallet.credits.entries import Entry
from wallet.credits.models.lots import CreditLot, LotUse
from wallet.credits.models.transactions import WalletTransaction
from wallet.credits.operations.expiry import make_due_again
from wallet.credits.operations.falls import tell_falls
from wallet.credits.rules.lots import Lot, LotKind, Take
from wallet.credits.rules.returns import claw_back_bonus, refund_takes
from wallet.credits.standing import AnyLot, Standing, WalletKey, lock_wallet
from wallet.ledger.chart import AccountKind
from wallet.ledger.codes import Code


class RefundUndone(DomainError):
    message = _l("This refund was undone before.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPart:
    """What goes back to one charge of a card; None: no card paid for it, it is returned by hand."""

    charge_id: UUID | None
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    transaction: WalletTransaction
    parts: tuple[RefundPart, ...]
    bonus_clawed_back: Money


def refund(
    key: WalletKey, amount: Money, *, source_type: str, source_id: UUID, description: str = "", now: datetime
) -> Refund:
    """Take unspent purchased credit out of the wallet, the newest first, with its bonus in proportion.

    Only the ledger's side: the caller refunds each part to its charge, and undoes this when the card refuses.

    Raises:
        InvalidInput: not more than zero, or with a part smaller than a coin.
        RefundAboveUnspent: less is unspent.
    """
    if amount.micros <= 0 or not is_whole_coins(amount):
        raise InvalidInput({"amount": [str(_l("Refund a whole number of coins, more than zero."))]})
    standing = lock_wallet(key)
    before = standing.available(now=now)
    takes = refund_takes(in_coins(standing.left), amount)
    booking, snapshot = Booking(now=now), Snapshot.of(standing)
    entry = Entry(kind=Code.REFUND, source_type=source_type, source_id=source_id, description=description)
    parts = return_purchased(booking, standing, entry, takes)
    clawed = _claw_back(booking, standing, entry, takes)
    booking.enter(standing, entry, snapshot)
    booking.write()
    tell_falls({key: before}, {key: standing}, now=now)
    return Refund(transaction=booking.transaction, parts=parts, bonus_clawed_back=clawed)


def in_coins(lots: Iterable[Lot]) -> list[Lot]:
    """The lots, newest first, with what a card can be given back of each: no part smaller than a coin."""
    return [replace(lot, left=lot.left.to_minor(ROUND_DOWN)) for lot in lots][::-1]


def return_purchased(
    booking: Booking, standing: Standing, entry: Entry, takes: Sequence[Take]
) -> tuple[RefundPart, ...]:
    """Purchased lots give their credit back to the clearing account of their cards."""
    parts = []
    for take in takes:
        lot = standing.lot_of(take)
        purchased, clearing = AccountKind.PURCHASED_CREDIT, AccountKind.CARD_CLEARING
        booking.post(entry, standing.key.account(purchased), standing.key.account(clearing), take.amount, Code.REFUND)
        parts.append(RefundPart(charge_id=lot.charge_id, amount=take.amount))
    standing.take(takes)
    booking.use(standing, entry, takes, returned=True)
    return tuple(parts)


def _claw_back(booking: Booking, standing: Standing, entry: Entry, takes: Sequence[Take]) -> Money:
    clawed = Money.zero(standing.key.currency)
    for take in takes:
        purchase = standing.lot_of(take)
        clawed += claw_back_bonus_of(booking, standing, entry, purchase, take.amount)
    return clawed


def claw_back_bonus_of(booking: Booking, standing: Standing, entry: Entry, purchase: AnyLot, returned: Money) -> Money:
    """Take back the share of a purchase's unspent bonus that goes with a return of it; answers how much."""
    bonus = next((lot for lot in standing.lots.values() if lot.purchase_id == purchase.id), None)
    if bonus is None or bonus.kind is not LotKind.BONUS:
        return Money.zero(returned.currency)
    part = claw_back_bonus(
        bonus=Money(bonus.granted, bonus.currency),
        bonus_left=next(lot.left for lot in standing.left if lot.lot_id == bonus.id),
        paid=Money(purchase.granted, purchase.currency),
        refunded_before=Money(purchase.returned, purchase.currency),
        refunded=returned,
    )
    if part:
        take = Take(lot_id=bonus.id, amount=part)
        account = standing.key.account
        booking.post(
            entry,
            account(AccountKind.COMPLIMENTARY_CREDIT),
            account(AccountKind.COMPLIMENTARY_EXPENSE),
            part,
            Code.BONUS_CLAWED_BACK,
        )
        standing.take([take])
        booking.use(standing, entry, [take], returned=True)
    return part


def undo_refund(transaction_id: UUID, *, now: datetime) -> WalletTransaction:
    """The card refused the refund: every lot gets back what the refund took of it.

    Raises:
        NotFound: no such refund here.
        RefundUndone: it was undone before.
    """
    refunded = session.get(WalletTransaction, (scope.agency_id(), transaction_id))
    if refunded is None or refunded.kind is not Code.REFUND:
        raise NotFound
    standing = lock_wallet(WalletKey(refunded.sub_account_id, refunded.currency))
    if session.scalar(select(WalletTransaction.id).where(WalletTransaction.refers_to_id == transaction_id)):
        raise RefundUndone
    booking, snapshot = Booking(now=now), Snapshot.of(standing)
    entry = Entry(
        kind=Code.REFUND_UNDONE,
        source_type=refunded.source_type,
        source_id=refunded.source_id,
        refers_to_id=transaction_id,
    )
    _restore(booking, standing, entry, transaction_id)
    booking.enter(standing, entry, snapshot)
    booking.write()
    make_due_again(booking.changes, now=now)
    return booking.transaction


# Which account stands against a lot's when credit leaves or enters it other than by spending.
AGAINST = {
    LotKind.PURCHASED: AccountKind.CARD_CLEARING,
    LotKind.BONUS: AccountKind.COMPLIMENTARY_EXPENSE,
    LotKind.COMPLIMENTARY: AccountKind.COMPLIMENTARY_EXPENSE,
}


def _restore(booking: Booking, standing: Standing, entry: Entry, transaction_id: UUID) -> None:
    rows = session.execute(
        select(CreditLot, LotUse.amount)
        .join(LotUse, (LotUse.agency_id == CreditLot.agency_id) & (LotUse.lot_id == CreditLot.id))
        .where(LotUse.transaction_id == transaction_id)
        .execution_options(populate_existing=True)
    ).all()
    for lot, micros in rows:
        if lot.id not in standing.lots:
            standing.add(lot)
        amount = Money(micros, lot.currency)
        take = Take(lot_id=lot.id, amount=-amount)
        account = standing.key.account
        booking.post(entry, account(AGAINST[lot.kind]), account(lot.ledger_kind), amount)
        standing.take([take])
        booking.use(standing, entry, [take], returned=True)
