"""The end of a wallet: its credit goes back, or moves on; its history stays."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l

from agency.foundation.errors import InvalidInput
from agency.foundation.money import Money
from agency.tenants.models import SubAccount
from wallet.credits.booking import Booking, Snapshot, new_lot
from wallet.credits.entries import Entry
from wallet.credits.operations.falls import tell_falls
from wallet.credits.operations.hold_ends import release_open
from wallet.credits.operations.refunds import RefundPart, in_coins, return_purchased
from wallet.credits.rules.lots import LotKind, Take
from wallet.credits.standing import AnyLot, Standing, WalletKey, locked
from wallet.ledger.chart import AccountKind
from wallet.ledger.codes import Code


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseOut:
    """What became of a wallet: what the caller refunds to each charge, what moved, what was lost, what is owed."""

    refunds: tuple[RefundPart, ...]
    refund_transaction_id: UUID | None
    moved: Money
    lost: Money
    still_owed: Money


def close_out(closed: SubAccount, *, successor: SubAccount | None = None, now: datetime) -> CloseOut:
    """End every hold, pay what is owed from what is left, and empty the wallet.

    Purchased credit goes back to its cards in whole coins, or to the ``successor``'s wallet; what is smaller
    than a coin, and complimentary credit, is lost to breakage.

    Raises:
        InvalidInput: the successor is the wallet itself, or has another currency.
    """
    if successor is not None and (successor.id == closed.id or successor.currency != closed.currency):
        raise InvalidInput({"successor": [str(_l("Choose another sub-account with the same currency."))]})
    key = WalletKey(closed.id, closed.currency)
    keys = [key] if successor is None else [key, WalletKey(successor.id, closed.currency)]
    locked(keys)
    release_open(key, now=now)
    standings = locked(keys)
    standing = standings[key]
    before = standing.available(now=now)
    booking = Booking(now=now)
    _settle_owed(booking, standing, closed)
    refunds: tuple[RefundPart, ...] = ()
    moved = Money.zero(key.currency)
    if successor is None:
        refunds = _refund(booking, standing, closed)
    else:
        moved = _move(booking, standing, standings[keys[1]])
    lost = _lose(booking, standing, closed)
    booking.write()
    tell_falls({key: before}, {key: standing}, now=now)
    return CloseOut(
        refunds=refunds,
        refund_transaction_id=next((line.id for line in booking.lines if line.entry.kind is Code.REFUND), None),
        moved=moved,
        lost=lost,
        still_owed=standing.owed,
    )


def _entry(kind: Code, of: SubAccount) -> Entry:
    return Entry(kind=kind, source_type="sub_account", source_id=of.id)


def _unspent(standing: Standing, *kinds: LotKind) -> list[Take]:
    return [Take(lot_id=lot.lot_id, amount=lot.left) for lot in standing.left if lot.kind in kinds and lot.left]


def _settle_owed(booking: Booking, standing: Standing, closed: SubAccount) -> None:
    """Lots pay in the order of their creation, bought ones first: what was given is not worth more at the end."""
    snapshot, entry = Snapshot.of(standing), _entry(Code.OWED_PAID, closed)
    account, takes = standing.key.account, []
    for take in _unspent(standing, LotKind.PURCHASED) + _unspent(standing, LotKind.COMPLIMENTARY, LotKind.BONUS):
        part = min(take.amount, standing.owed)
        if part:
            lot = standing.lot_of(take)
            booking.post(entry, account(lot.ledger_kind), account(AccountKind.OWED), part)
            takes.append(Take(lot_id=take.lot_id, amount=part))
            standing.owed -= part
    if takes:
        _leave(booking, standing, entry, takes, snapshot)


def _refund(booking: Booking, standing: Standing, closed: SubAccount) -> tuple[RefundPart, ...]:
    takes = [
        Take(lot_id=lot.lot_id, amount=lot.left)
        for lot in in_coins(standing.left)
        if lot.kind is LotKind.PURCHASED and lot.left
    ]
    if not takes:
        return ()
    snapshot, entry = Snapshot.of(standing), _entry(Code.REFUND, closed)
    parts = return_purchased(booking, standing, entry, takes)
    booking.enter(standing, entry, snapshot)
    return parts


def _move(booking: Booking, standing: Standing, target: Standing) -> Money:
    """Each purchased lot goes on as a lot of the same charge; the ledgers meet in *moved credit*."""
    takes = _unspent(standing, LotKind.PURCHASED)
    moved = Money.sum([take.amount for take in takes], standing.key.currency)
    if not takes:
        return moved
    out = Entry(kind=Code.MOVED, source_type="sub_account", source_id=target.key.sub_account_id)
    back = Entry(kind=Code.MOVED, source_type="sub_account", source_id=standing.key.sub_account_id)
    purchased, transit = AccountKind.PURCHASED_CREDIT, AccountKind.MOVED_CREDIT
    booking.post(out, standing.key.account(purchased), standing.key.account(transit), moved)
    booking.post(back, target.key.account(transit), target.key.account(purchased), moved)
    arrived = Snapshot.of(target)
    for take in takes:
        _continue(booking, target, standing.lot_of(take), take.amount)
    _leave(booking, standing, out, takes, Snapshot.of(standing))
    booking.enter(target, back, arrived)
    return moved


def _continue(booking: Booking, target: Standing, lot: AnyLot, amount: Money) -> None:
    lot_again = new_lot(
        target,
        LotKind.PURCHASED,
        amount,
        origin=f"moved:{lot.id}",
        now=booking.now,
        expires_at=lot.expires_at,
        charge_id=lot.charge_id,
        description=lot.description,
    )
    booking.add_lot(target, lot_again)


def _lose(booking: Booking, standing: Standing, closed: SubAccount) -> Money:
    takes = _unspent(standing, *LotKind)
    if not takes:
        return Money.zero(standing.key.currency)
    snapshot, entry = Snapshot.of(standing), _entry(Code.CLOSED_OUT, closed)
    for take in takes:
        lot = standing.lot_of(take)
        account = standing.key.account
        booking.post(entry, account(lot.ledger_kind), account(AccountKind.BREAKAGE), take.amount)
    _leave(booking, standing, entry, takes, snapshot)
    return Money.sum([take.amount for take in takes], standing.key.currency)


def _leave(booking: Booking, standing: Standing, entry: Entry, takes: list[Take], snapshot: Snapshot) -> None:
    standing.take(takes)
    booking.use(standing, entry, takes)
    booking.enter(standing, entry, snapshot)
