"""What a bank takes back: clawed back when a dispute is lost, restored when it is won."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from wallet.credits.booking import Booking, Snapshot, new_lot
from wallet.credits.entries import Entry
from wallet.credits.models.lots import CreditLot
from wallet.credits.models.transactions import ClawBack, WalletTransaction
from wallet.credits.operations.falls import tell_falls
from wallet.credits.operations.refunds import claw_back_bonus_of
from wallet.credits.operations.top_ups import pay_owed
from wallet.credits.rules.lots import LotKind, Take
from wallet.credits.rules.returns import unspent_part
from wallet.credits.standing import Standing, WalletKey, lock_wallet
from wallet.ledger.chart import AccountKind
from wallet.ledger.codes import Code


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeNews:
    """What a bank says of a dispute.

    Attributes:
        taken: the total that it holds now: the disputed amount once lost or withdrawn, zero once won.
        occurred_at: when the bank said so; what is older than what was heeded is not heeded.
    """

    dispute_id: UUID
    charge_id: UUID
    taken: Money
    event_id: UUID
    occurred_at: datetime


def heed_dispute(news: DisputeNews, *, now: datetime) -> WalletTransaction | None:
    """Bring what the wallet lost to the dispute to what the bank holds; None: it was so already.

    The difference to what was clawed back before is booked, so that repeated and late news changes nothing.

    Raises:
        NotFound: the charge brought no credit here.
    """
    lot = session.scalar(select(CreditLot).where(CreditLot.charge_id == news.charge_id).order_by(CreditLot.id).limit(1))
    if lot is None:
        raise NotFound
    standing = lock_wallet(WalletKey(lot.sub_account_id, lot.currency))
    session.refresh(lot)
    row = session.get(ClawBack, (scope.agency_id(), news.dispute_id), populate_existing=True)
    if row is None:
        row = _first_heard(news, lot)
    if news.occurred_at < row.heeded_at:
        return None
    row.heeded_at = news.occurred_at
    change = news.taken - Money(row.amount, row.currency)
    if not change:
        return None
    before = standing.available(now=now)
    booking = Booking(now=now)
    if change.micros > 0:
        _claw_back(booking, standing, row, lot, change)
    else:
        _give_again(booking, standing, row, lot, -change, event_id=news.event_id)
    row.amount = news.taken.micros
    booking.write()
    tell_falls({standing.key: before}, {standing.key: standing}, now=now)
    return booking.transaction


def _first_heard(news: DisputeNews, lot: CreditLot) -> ClawBack:
    row = ClawBack(
        dispute_id=news.dispute_id,
        sub_account_id=lot.sub_account_id,
        charge_id=news.charge_id,
        currency=lot.currency,
        amount=0,
        bonus=0,
        heeded_at=news.occurred_at,
    )
    session.add(row)
    return row


def _claw_back(booking: Booking, standing: Standing, row: ClawBack, lot: CreditLot, amount: Money) -> None:
    """From what is left of the purchase and of its bonus; what was spent of it is owed."""
    snapshot, account = Snapshot.of(standing), standing.key.account
    entry = Entry(kind=Code.CHARGEBACK, source_type="dispute", source_id=row.dispute_id)
    unspent = unspent_part(amount, balance=lot.left)
    booking.post(entry, account(AccountKind.PURCHASED_CREDIT), account(AccountKind.CARD_CLEARING), unspent)
    booking.post(entry, account(AccountKind.OWED), account(AccountKind.CARD_CLEARING), amount - unspent)
    row.bonus += claw_back_bonus_of(booking, standing, entry, lot, amount).micros
    if unspent:
        take = Take(lot_id=lot.id, amount=unspent)
        standing.take([take])
        booking.use(standing, entry, [take], returned=True)
    standing.owed += amount - unspent
    booking.enter(standing, entry, snapshot)


def _give_again(
    booking: Booking, standing: Standing, row: ClawBack, lot: CreditLot, amount: Money, *, event_id: UUID
) -> None:
    """As a new lot of the same charge, which pays first what the wallet owes; the bonus comes back with the last."""
    snapshot, account = Snapshot.of(standing), standing.key.account
    entry = Entry(kind=Code.CHARGEBACK_WON, source_type="dispute", source_id=row.dispute_id)
    again = new_lot(
        standing,
        LotKind.PURCHASED,
        amount,
        origin=f"dispute:{event_id}",
        now=booking.now,
        expires_at=lot.expires_at,
        charge_id=lot.charge_id,
        description=lot.description,
    )
    booking.add_lot(standing, again)
    booking.post(entry, account(AccountKind.CARD_CLEARING), account(AccountKind.PURCHASED_CREDIT), amount)
    pay_owed(booking, standing, entry, again)
    if row.bonus and amount.micros == row.amount:
        _give_bonus_again(booking, standing, entry, again, Money(row.bonus, row.currency), event_id=event_id)
        row.bonus = 0
    booking.enter(standing, entry, snapshot)


def _give_bonus_again(
    booking: Booking, standing: Standing, entry: Entry, purchase: CreditLot, bonus: Money, *, event_id: UUID
) -> None:
    lot = new_lot(
        standing,
        LotKind.BONUS,
        bonus,
        origin=f"dispute-bonus:{event_id}",
        now=booking.now,
        purchase_id=purchase.id,
        description=purchase.description,
    )
    booking.add_lot(standing, lot)
    account, expense = standing.key.account, AccountKind.COMPLIMENTARY_EXPENSE
    booking.post(entry, account(expense), account(AccountKind.COMPLIMENTARY_CREDIT), bonus)
