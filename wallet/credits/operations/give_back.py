"""Spending that is taken back: the work failed, or was rated too high."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select

from agency.foundation.database.session import session
from agency.foundation.errors import DomainError, NotFound
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from wallet.credits.booking import Booking, Snapshot, new_lot, paired
from wallet.credits.entries import Entry
from wallet.credits.models.lots import CreditLot, LotUse
from wallet.credits.models.transactions import WalletTransaction
from wallet.credits.operations.expiry import make_due_again
from wallet.credits.rules.lots import LotKind, Take, burn_order
from wallet.credits.standing import Standing, WalletKey, lock_wallet
from wallet.credits.writing import SPENDING
from wallet.ledger.chart import AccountKey, AccountKind
from wallet.ledger.codes import Code


class GivenBackAlready(DomainError):
    status = 422
    field = "amount"
    message = _l("Only %(left)s of this transaction is left to give back.")


def give_back(
    transaction_id: UUID,
    amount: Money,
    *,
    credits_from: Sequence[tuple[AccountKey, Money]] = (),
    description: str = "",
    now: datetime,
) -> WalletTransaction:
    """Give back ``amount`` (more than zero) of one spending: what is owed falls first, then the lots that paid it.

    ``credits_from`` are the accounts that had got it, of one sum with the amount; the usage revenue where none
    is named.

    Raises:
        NotFound: no such spending here.
        GivenBackAlready: less than the amount is left of it.
    """
    spent = session.get(WalletTransaction, (scope.agency_id(), transaction_id))
    if spent is None or spent.kind not in SPENDING or spent.kind is Code.GIVEN_BACK:
        raise NotFound
    standing = lock_wallet(WalletKey(spent.sub_account_id, spent.currency))
    left = -spent.amount - _given_back(spent)
    if amount.micros <= 0 or amount > left:
        raise GivenBackAlready(left=left)
    booking, snapshot = Booking(now=now), Snapshot.of(standing)
    entry = _entry(spent, description)
    targets = _restore(booking, standing, entry, spent, amount)
    sources = credits_from or [(standing.key.account(AccountKind.REVENUE_USAGE), amount)]
    for source, target, part in paired(sources, targets):
        booking.post(entry, source, target, part)
    booking.enter(standing, entry, snapshot)
    booking.write()
    make_due_again(booking.changes, now=now)
    return booking.transaction


def _entry(spent: WalletTransaction, description: str) -> Entry:
    return Entry(
        kind=Code.GIVEN_BACK,
        source_type=spent.source_type,
        source_id=spent.source_id,
        description=description,
        meter=spent.meter,
        product_id=spent.product_id,
        refers_to_id=spent.id,
    )


def _given_back(spent: WalletTransaction) -> Money:
    changed = WalletTransaction.purchased + WalletTransaction.complimentary - WalletTransaction.owed
    total = session.scalar(select(func.sum(changed)).where(WalletTransaction.refers_to_id == spent.id))
    return Money(int(total or 0), spent.currency)


def _restore(
    booking: Booking, standing: Standing, entry: Entry, spent: WalletTransaction, amount: Money
) -> list[tuple[AccountKey, Money]]:
    """Answers the wallet's accounts that get it, and how much each."""
    account = standing.key.account
    owed = min(amount, standing.owed)
    standing.owed -= owed
    takes = _takes(standing, spent, amount - owed)
    booking.use(standing, entry, takes)
    standing.take(takes)
    targets = [(account(AccountKind.OWED), owed)]
    targets += [(account(standing.lot_of(take).ledger_kind), -take.amount) for take in takes]
    rest = amount - Money.sum([part for _, part in targets], amount.currency)
    if rest:
        _add_lot(booking, standing, entry, rest)
        targets.append((account(AccountKind.PURCHASED_CREDIT), rest))
    return targets


def _takes(standing: Standing, spent: WalletTransaction, amount: Money) -> list[Take]:
    """What the lots that paid get back, the one that burned last first, as far as each has room."""
    paid = _paid(spent)
    takes = []
    for rule in reversed(burn_order(lot.as_rule() for lot in paid)):
        lot = next(each for each in paid if each.id == rule.lot_id)
        if lot.id not in standing.lots:
            standing.add(lot)
        room = Money(min(paid[lot], lot.granted - lot.returned - lot.remaining), lot.currency)
        part = min(room, amount)
        if part.micros > 0:
            takes.append(Take(lot_id=lot.id, amount=-part))
            amount -= part
    return takes


def _paid(spent: WalletTransaction) -> dict[CreditLot, int]:
    """What each lot paid of it, less what it was given back of it before, in micros."""
    back = select(WalletTransaction.id).where(WalletTransaction.refers_to_id == spent.id)
    rows = session.execute(
        select(CreditLot, func.sum(LotUse.amount))
        .join(LotUse, (LotUse.agency_id == CreditLot.agency_id) & (LotUse.lot_id == CreditLot.id))
        .where(or_(LotUse.transaction_id == spent.id, LotUse.transaction_id.in_(back)))
        .group_by(CreditLot.agency_id, CreditLot.id)
        .execution_options(populate_existing=True)
    )
    return {lot: int(micros) for lot, micros in rows}


def _add_lot(booking: Booking, standing: Standing, entry: Entry, amount: Money) -> None:
    """What those lots have no room for: it had been owed, and was paid by a top-up since."""
    booking.add_lot(
        standing,
        new_lot(standing, LotKind.PURCHASED, amount, origin=f"given_back:{entry.id}", now=booking.now),
    )
