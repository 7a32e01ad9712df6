"""Credit that runs out: told 30, 7 and 1 days before, then lost to breakage."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from agency.foundation import events
from agency.foundation.database.session import session
from agency.foundation.money import Money
from wallet.credits.booking import Booking, Snapshot
from wallet.credits.entries import Entry
from wallet.credits.events import CreditExpired, CreditExpiring
from wallet.credits.models.lots import CreditLot
from wallet.credits.operations.falls import tell_falls
from wallet.credits.rules.expiry import first_due
from wallet.credits.rules.lots import Take
from wallet.credits.standing import Standing, WalletKey, locked
from wallet.ledger.chart import AccountKind
from wallet.ledger.codes import Code

BATCH = 500  # Wallets locked at once: short enough for a debit to wait.


def run_due(*, now: datetime) -> int:
    """Tell of and expire what is due, of one batch of lots; answers how many there were."""
    due = session.execute(
        select(CreditLot.sub_account_id, CreditLot.currency, CreditLot.id)
        .where(CreditLot.due_at <= now)
        .order_by(CreditLot.due_at)
        .limit(BATCH)
    ).all()
    standings = locked({WalletKey(row.sub_account_id, row.currency) for row in due})
    lots = session.scalars(
        select(CreditLot)
        .where(CreditLot.id.in_([row.id for row in due]), CreditLot.due_at <= now)
        .order_by(CreditLot.id)
        .execution_options(populate_existing=True)
    ).all()
    _tell([lot for lot in lots if not _is_over(lot, now)], now=now)
    _expire([lot for lot in lots if _is_over(lot, now)], standings, now=now)
    return len(due)


def make_due_again(lot_ids: Iterable[UUID], *, now: datetime) -> None:
    """Lots that expired before something of them came back, from a hold or from whoever was paid, lose it now."""
    session.execute(
        update(CreditLot)
        .where(CreditLot.id.in_(lot_ids), CreditLot.expires_at <= now, CreditLot.remaining > 0)
        .values(due_at=now)
        .execution_options(synchronize_session=False)
    )


def _is_over(lot: CreditLot, now: datetime) -> bool:
    return lot.expires_at is not None and lot.expires_at <= now


def _tell(lots: Iterable[CreditLot], *, now: datetime) -> None:
    for lot in lots:
        lot.due_at = first_due(lot.expires_at, now=now)
        if lot.expires_at is not None and lot.left:
            days = -((now - lot.expires_at) // timedelta(days=1))
            events.publish(CreditExpiring(lot=lot, left=lot.left, days=days, at=now))


def _expire(lots: Sequence[CreditLot], standings: dict[WalletKey, Standing], *, now: datetime) -> None:
    """What a hold reserves stays until the hold ends; its end makes the lot due again."""
    before = {key: standing.available(now=now) for key, standing in standings.items()}
    booking = Booking(now=now)
    lost = []
    for lot in lots:
        key, lot.due_at = WalletKey(lot.sub_account_id, lot.currency), None
        if lot.left:
            lost.append(CreditExpired(lot=lot, lost=lot.left, at=now))
            # Its hour had struck before it was booked, so that it was no longer counted as available.
            before[key] += lot.left if lot.meters is None else Money.zero(lot.currency)
            _lose(booking, standings[key], lot, lot.left)
    booking.write()
    tell_falls(before, standings, now=now)
    for event in lost:
        events.publish(event)


def _lose(booking: Booking, standing: Standing, lot: CreditLot, left: Money) -> None:
    snapshot, take = Snapshot.of(standing), Take(lot_id=lot.id, amount=left)
    entry = Entry(kind=Code.CREDIT_EXPIRED, source_type="lot", source_id=lot.id, description=lot.description)
    booking.post(entry, standing.key.account(lot.ledger_kind), standing.key.account(AccountKind.BREAKAGE), left)
    standing.take([take])
    booking.use(standing, entry, [take])
    booking.enter(standing, entry, snapshot)
