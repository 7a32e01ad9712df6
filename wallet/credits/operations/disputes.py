"""What a bank takes back: clawed back when a dispute is lost, restored when it is won."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.money import Money
from wallet.credits.booking import Booking, Snapshot, new_lot
from wallet.credits.entries import Entry
from wallet.credits.models.lots import CreditLot
from wallet.credits.models.transactions import ClawBack, WalletTransaction
from wallet.credits.operations.bearers import Bearer, locked_bearers
from wallet.credits.operations.falls import tell_falls
from wallet.credits.operations.refunds import claw_back_bonus_of
from wallet.credits.operations.top_ups import pay_owed
from wallet.credits.rules.lots import LotKind, Take
from wallet.credits.rules.returns import unspent_part
from wallet.credits.standing import Standing
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
    occurred_at: datetime


def heed_dispute(news: DisputeNews, *, now: datetime) -> WalletTransaction | None:
    """Bring what was lost to the dispute to what the bank holds; None: it was so already.

    Credit that moved on is taken from the wallet that has it, or has spent it. The difference to what was clawed
    back before is booked, so that repeated and late news changes nothing. The first line booked is answered.

    Raises:
        NotFound: the charge brought no credit here.
    """
    bearers = locked_bearers(news.charge_id)
    if not bearers:
        raise NotFound
    takings = [_Taking(bearer, bearer.row_of(news.dispute_id) or _first_heard(news, bearer)) for bearer in bearers]
    if news.occurred_at < max(taking.row.heeded_at for taking in takings):
        return None
    for taking in takings:
        taking.row.heeded_at = news.occurred_at
    change = news.taken - Money(sum(taking.row.amount for taking in takings), news.taken.currency)
    if not change:
        return None
    standings = {bearer.standing.key: bearer.standing for bearer in bearers}
    before = {key: standing.available(now=now) for key, standing in standings.items()}
    booking = Booking(now=now)
    if change.micros > 0:
        _claw_back_each(booking, takings, change)
    else:
        _give_again_each(booking, takings, -change)
    booking.write()
    tell_falls(before, standings, now=now)
    return booking.transaction


class _Taking(NamedTuple):
    """What the dispute has taken from one wallet."""

    bearer: Bearer
    row: ClawBack

    @property
    def amount(self) -> Money:
        return Money(self.row.amount, self.row.currency)


def _first_heard(news: DisputeNews, bearer: Bearer) -> ClawBack:
    row = ClawBack(
        dispute_id=news.dispute_id,
        sub_account_id=bearer.standing.key.sub_account_id,
        charge_id=news.charge_id,
        currency=bearer.standing.key.currency,
        amount=0,
        bonus=0,
        spent=0,
        heeded_at=news.occurred_at,
    )
    session.add(row)
    return row


def _claw_back_each(booking: Booking, takings: Sequence[_Taking], amount: Money) -> None:
    """From each no more than its share, and the rest from who paid the charge."""
    for taking in takings[:-1]:
        part = unspent_part(amount, balance=taking.bearer.share)
        amount -= part
        _claw_back(booking, taking, part)
    _claw_back(booking, takings[-1], amount)


def _give_again_each(booking: Booking, takings: Sequence[_Taking], amount: Money) -> None:
    for taking in reversed(takings):
        part = min(amount, taking.amount)
        amount -= part
        _give_again(booking, taking, part)


def _claw_back(booking: Booking, taking: _Taking, amount: Money) -> None:
    """From what is left of the purchase and of its bonus; what was spent of it is owed."""
    if not amount:
        return
    standing, row = taking.bearer.standing, taking.row
    snapshot, account = Snapshot.of(standing), standing.key.account
    entry = _entry(Code.CHARGEBACK, row)
    takes = _unspent(standing, row.charge_id, amount)
    unspent = Money.sum([take.amount for take in takes], amount.currency)
    spent = amount - unspent
    booking.post(entry, account(AccountKind.PURCHASED_CREDIT), account(AccountKind.CARD_CLEARING), unspent)
    booking.post(entry, account(AccountKind.OWED), account(AccountKind.CARD_CLEARING), spent)
    row.bonus += claw_back_bonus_of(booking, standing, entry, taking.bearer.lots[0], amount).micros
    standing.take(takes)
    booking.use(standing, entry, takes, returned=True)
    standing.owed += spent
    booking.enter(standing, entry, snapshot)
    row.amount += amount.micros
    row.spent += spent.micros


def _unspent(standing: Standing, charge_id: UUID, amount: Money) -> list[Take]:
    """What is left of the charge's credit in the wallet, up to an amount."""
    of_charge = {lot.id for lot in standing.lots.values() if lot.charge_id == charge_id}
    takes = []
    for lot in standing.left:
        part = min(lot.left, amount)
        if part and lot.lot_id in of_charge:
            takes.append(Take(lot_id=lot.lot_id, amount=part))
            amount -= part
    return takes


def _give_again(booking: Booking, taking: _Taking, amount: Money) -> None:
    """As a new lot of the same charge, which pays first what the wallet owes; the bonus comes back with the last."""
    if not amount:
        return
    standing, row, first = taking.bearer.standing, taking.row, taking.bearer.lots[0]
    snapshot, account = Snapshot.of(standing), standing.key.account
    entry = _entry(Code.CHARGEBACK_WON, row)
    again = new_lot(
        standing,
        LotKind.PURCHASED,
        amount,
        origin=f"dispute:{entry.id}",
        now=booking.now,
        expires_at=first.expires_at,
        charge_id=first.charge_id,
        description=first.description,
    )
    booking.add_lot(standing, again)
    booking.post(entry, account(AccountKind.CARD_CLEARING), account(AccountKind.PURCHASED_CREDIT), amount)
    pay_owed(booking, standing, entry, again)
    if row.bonus and amount == taking.amount:
        _give_bonus_again(booking, standing, entry, again, Money(row.bonus, row.currency))
        row.bonus = 0
    booking.enter(standing, entry, snapshot)
    row.amount -= amount.micros


def _entry(kind: Code, row: ClawBack) -> Entry:
    return Entry(kind=kind, source_type="dispute", source_id=row.dispute_id)


def _give_bonus_again(booking: Booking, standing: Standing, entry: Entry, purchase: CreditLot, bonus: Money) -> None:
    lot = new_lot(
        standing,
        LotKind.BONUS,
        bonus,
        origin=f"dispute-bonus:{entry.id}",
        now=booking.now,
        purchase_id=purchase.id,
        description=purchase.description,
    )
    booking.add_lot(standing, lot)
    account, expense = standing.key.account, AccountKind.COMPLIMENTARY_EXPENSE
    booking.post(entry, account(expense), account(AccountKind.COMPLIMENTARY_CREDIT), bonus)
