"""The end of a wallet, act by act: it pays what it owes, moves on what was bought, and loses what is left."""

from datetime import datetime
from uuid import UUID

from agency.foundation.money import Money
from wallet.credits.booking import Booking, Snapshot, new_lot
from wallet.credits.entries import Entry
from wallet.credits.operations.falls import tell_falls
from wallet.credits.operations.hold_ends import release_open
from wallet.credits.rules.closing import emptying
from wallet.credits.rules.lots import LotKind, Take
from wallet.credits.standing import AnyLot, Standing, WalletKey, lock_wallet, locked
from wallet.ledger.chart import AccountKind
from wallet.ledger.codes import Code


def settle_owed(key: WalletKey, *, now: datetime) -> Money:
    """End every hold and pay what is owed from what is left; answers what is owed still."""
    lock_wallet(key)
    release_open(key, now=now)
    standing = lock_wallet(key)
    takes = emptying(standing.left, owed=standing.owed).settles
    if takes:
        booking, snapshot, entry = Booking(now=now), Snapshot.of(standing), _entry(Code.OWED_PAID, key.sub_account_id)
        account = key.account
        for take in takes:
            ledger_kind = standing.lot_of(take).ledger_kind
            booking.post(entry, account(ledger_kind), account(AccountKind.OWED), take.amount)
            standing.owed -= take.amount
        _leave(booking, standing, entry, takes, snapshot)
        booking.write()
    return standing.owed


def move_on(key: WalletKey, successor_id: UUID, *, now: datetime) -> Money:
    """Each bought lot goes on as a lot of the same charge; the ledgers meet in *moved credit*. Answers how much."""
    arrives_at = WalletKey(successor_id, key.currency)
    standings = locked([key, arrives_at])
    standing, target = standings[key], standings[arrives_at]
    before = standing.available(now=now)
    takes = _unspent(standing, LotKind.PURCHASED)
    moved = Money.sum([take.amount for take in takes], key.currency)
    if not takes:
        return moved
    booking = Booking(now=now)
    out, back = _entry(Code.MOVED, successor_id), _entry(Code.MOVED, key.sub_account_id)
    purchased, transit = AccountKind.PURCHASED_CREDIT, AccountKind.MOVED_CREDIT
    booking.post(out, key.account(purchased), key.account(transit), moved)
    booking.post(back, arrives_at.account(transit), arrives_at.account(purchased), moved)
    arrived = Snapshot.of(target)
    for take in takes:
        _continue(booking, target, standing.lot_of(take), take.amount, out)
    _leave(booking, standing, out, takes, Snapshot.of(standing))
    booking.enter(target, back, arrived)
    booking.write()
    tell_falls({key: before}, {key: standing}, now=now)
    return moved


def moved_from(lot_id: UUID) -> str:
    """How the origin begins of every lot that a lot goes on as: what a card turns back may go on later."""
    return f"moved:{lot_id}"


def lose_rest(key: WalletKey, *, now: datetime) -> Money:
    """Whatever is left in the wallet goes to breakage; answers how much."""
    standing = lock_wallet(key)
    before, takes = standing.available(now=now), _unspent(standing, *LotKind)
    if takes:
        booking, snapshot, entry = Booking(now=now), Snapshot.of(standing), _entry(Code.CLOSED_OUT, key.sub_account_id)
        account = key.account
        for take in takes:
            ledger_kind = standing.lot_of(take).ledger_kind
            booking.post(entry, account(ledger_kind), account(AccountKind.BREAKAGE), take.amount)
        _leave(booking, standing, entry, takes, snapshot)
        booking.write()
        tell_falls({key: before}, {key: standing}, now=now)
    return Money.sum([take.amount for take in takes], key.currency)


def _entry(kind: Code, other_id: UUID) -> Entry:
    """``other_id``: the sub-account that is closed, or where its credit goes to or comes from."""
    return Entry(kind=kind, source_type="sub_account", source_id=other_id)


def _unspent(standing: Standing, *kinds: LotKind) -> list[Take]:
    return [Take(lot_id=lot.lot_id, amount=lot.left) for lot in standing.left if lot.kind in kinds and lot.left]


def _continue(booking: Booking, target: Standing, lot: AnyLot, amount: Money, out: Entry) -> None:
    lot_again = new_lot(
        target,
        LotKind.PURCHASED,
        amount,
        origin=f"{moved_from(lot.id)}:{out.id}",
        now=booking.now,
        expires_at=lot.expires_at,
        charge_id=lot.charge_id,
        description=lot.description,
    )
    booking.add_lot(target, lot_again)


def _leave(
    booking: Booking, standing: Standing, entry: Entry, takes: list[Take] | tuple[Take, ...], snapshot: Snapshot
) -> None:
    standing.take(takes)
    booking.use(standing, entry, takes)
    booking.enter(standing, entry, snapshot)
