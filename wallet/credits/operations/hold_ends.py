"""How a hold ends: once, by a capture, a release or its expiry."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from agency.foundation.database.session import session
from agency.foundation.money import Money
from wallet.credits.booking import Booking, Snapshot
from wallet.credits.entries import Entry
from wallet.credits.models.holds import HeldCredit, Hold, HoldState
from wallet.credits.models.transactions import WalletTransaction
from wallet.credits.operations.caps import tell_crossed_caps
from wallet.credits.operations.expiry import make_due_again
from wallet.credits.operations.holds import CaptureAboveHold, HoldEnded, due_holds, open_holds, reserved
from wallet.credits.rules.lots import Take
from wallet.credits.standing import Standing, WalletKey, lock_wallet, locked
from wallet.ledger.chart import AccountKey
from wallet.ledger.codes import Code
from wallet.ledger.models import Account, Phase, Transfer
from wallet.ledger.postings import Posting
from wallet.ledger.queries import transfers_of

BATCH = 200


def capture(row: Hold, amount: Money, *, description: str = "", now: datetime) -> WalletTransaction:
    """Spend ``amount`` (more than zero) of an open hold, from the lots it reserves in their order; free the rest.

    Raises:
        HoldEnded: it is no longer open.
        CaptureAboveHold: it reserves less.
    """
    standing = _lock(row)
    _refuse_ended(row, now=now)
    if amount > row.money:
        raise CaptureAboveHold(held=row.money)
    booking, snapshot = Booking(now=now), Snapshot.of(standing)
    entry = Entry(
        kind=Code.CAPTURE,
        source_type=row.source_type,
        source_id=row.source_id,
        description=description or row.description,
        meter=row.meter,
        product_id=row.product_id,
    )
    _end(booking, standing, row, entry, amount)
    booking.enter(standing, entry, snapshot)
    row.transaction_id, row.captured = entry.id, amount.micros
    _close(booking, row, HoldState.CAPTURED)
    tell_crossed_caps(booking.lines, now=now)
    return booking.transaction


def release(row: Hold, *, now: datetime) -> None:
    """Free the whole of an open hold.

    Raises:
        HoldEnded: it is no longer open.
    """
    standing = _lock(row)
    _refuse_ended(row, now=now)
    _free(row, standing, HoldState.RELEASED, now=now)


def release_open(key: WalletKey, *, now: datetime) -> None:
    """Free every open hold of a wallet, before it closes."""
    for row in open_holds(key):
        _free(row, _lock(row), HoldState.RELEASED, now=now)


def expire_due(*, now: datetime) -> int:
    """Free the holds whose time is over, of one batch; answers how many were due.

    All their wallets are locked first, in the order in which everybody locks several.
    """
    due = due_holds(now=now, limit=BATCH)
    locked({WalletKey(row.sub_account_id, row.currency) for row in due})
    for row in due:
        standing = _lock(row)
        if row.state is HoldState.OPEN:
            _free(row, standing, HoldState.EXPIRED, now=now)
    return len(due)


def _lock(row: Hold) -> Standing:
    standing = lock_wallet(WalletKey(row.sub_account_id, row.currency))
    session.refresh(row)
    return standing


def _refuse_ended(row: Hold, *, now: datetime) -> None:
    if row.state is not HoldState.OPEN or row.expires_at <= now:
        raise HoldEnded


def _free(row: Hold, standing: Standing, state: HoldState, *, now: datetime) -> None:
    booking = Booking(now=now)
    code = Code.HOLD_EXPIRED if state is HoldState.EXPIRED else Code.HOLD_RELEASED
    entry = Entry(kind=code, source_type=row.source_type, source_id=row.source_id)
    _end(booking, standing, row, entry, Money.zero(row.currency))
    _close(booking, row, state)


def _end(booking: Booking, standing: Standing, row: Hold, entry: Entry, amount: Money) -> None:
    """Each pending transfer ends: posted as far as the amount goes in burn order, else voided."""
    takes = _takes(booking, standing, reserved(row.id), amount)
    booking.use(standing, entry, takes)
    pending = [transfer for transfer in transfers_of(row.id) if transfer.phase is Phase.PENDING]
    paid = _paid_by_account(standing, takes)
    unpaid = amount - Money.sum([take.amount for take in takes], amount.currency)
    for transfer, debit, credit in _with_accounts(pending):
        part = paid.get(debit, unpaid)
        booking.postings.append(_ending(transfer, debit, credit, part, entry))
    standing.owed += unpaid


def _takes(booking: Booking, standing: Standing, held: Sequence[HeldCredit], amount: Money) -> list[Take]:
    takes = []
    for part in held:
        booking.hold(standing.lots[part.lot_id], -part.amount)
        taken = min(Money(part.amount, amount.currency), amount)
        if taken:
            takes.append(Take(lot_id=part.lot_id, amount=taken))
            amount -= taken
    return takes


def _paid_by_account(standing: Standing, takes: Sequence[Take]) -> dict[AccountKey, Money]:
    """What each credit account pays; zero where none of its lots does, so that only *owed* is missing."""
    paid = {standing.key.account(kind): Money.zero(standing.key.currency) for kind in standing.credit}
    for take in takes:
        key = standing.key.account(standing.lot_of(take).ledger_kind)
        paid[key] += take.amount
    return paid


def _with_accounts(transfers: Sequence[Transfer]) -> list[tuple[Transfer, AccountKey, AccountKey]]:
    wanted = {account_id for row in transfers for account_id in (row.debit_account_id, row.credit_account_id)}
    keys = {row.id: row.key for row in session.scalars(select(Account).where(Account.id.in_(wanted)))}
    return [(row, keys[row.debit_account_id], keys[row.credit_account_id]) for row in transfers]


def _ending(pending: Transfer, debit: AccountKey, credit: AccountKey, part: Money, entry: Entry) -> Posting:
    voids = not part
    return Posting(
        debit=debit,
        credit=credit,
        amount=pending.money if voids else part,
        code=Code.HOLD_RELEASED if voids and entry.kind is Code.CAPTURE else entry.kind,
        source_type=entry.source_type,
        source_id=entry.source_id,
        journal_id=entry.id,
        ends=(pending.id, pending.money),
        voids=voids,
    )


def _close(booking: Booking, row: Hold, state: HoldState) -> None:
    row.state, row.ended_at, row.due_at = state, booking.now, None
    booking.write()
    make_due_again(booking.changes, now=booking.now)
