"""Spending: past work, which is never refused, and new work, which is guarded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from agency.foundation import ids
from agency.foundation.money import Money
from wallet.credits.booking import Booking, Snapshot, paired, payers
from wallet.credits.entries import Entry, Line
from wallet.credits.models.transactions import WalletTransaction
from wallet.credits.operations.caps import refuse_above_caps, tell_crossed_caps
from wallet.credits.operations.falls import tell_falls
from wallet.credits.operations.guard import refuse_without_funds
from wallet.credits.standing import Standing, WalletKey, lock_wallet, locked
from wallet.ledger.chart import AccountKey, AccountKind
from wallet.ledger.codes import Code
from wallet.ledger.postings import Posting


@dataclass(frozen=True, slots=True, kw_only=True)
class Debit:
    """Take ``amount`` (more than zero) from a wallet.

    Attributes:
        credits: who gets it, of one sum with the amount; the usage revenue where nobody is named.
        alongside: transfers of the same act that the wallet has no part in, such as wholesale cost.
        id: of the transaction and of the journal.
    """

    sub_account_id: UUID
    amount: Money
    source_type: str
    source_id: UUID
    kind: Code = Code.USAGE
    description: str = ""
    meter: str | None = None
    product_id: UUID | None = None
    effective_at: datetime | None = None
    credits: tuple[tuple[AccountKey, Money], ...] = ()
    alongside: tuple[Posting, ...] = ()
    id: UUID = field(default_factory=ids.new_id)

    @property
    def wallet(self) -> WalletKey:
        return WalletKey(self.sub_account_id, self.amount.currency)

    @property
    def targets(self) -> Sequence[tuple[AccountKey, Money]]:
        return self.credits or ((self.wallet.account(AccountKind.REVENUE_USAGE), self.amount),)

    def __post_init__(self) -> None:
        if self.amount.micros <= 0:
            raise ValueError("a debit takes something")
        if self.credits and Money.sum([part for _, part in self.credits], self.amount.currency) != self.amount:
            raise ValueError("the credits of a debit sum to its amount")


def debit(debits: Sequence[Debit], *, now: datetime) -> list[Line]:
    """Past work of any number of wallets: never refused; what a wallet cannot pay is owed."""
    standings = locked({wish.wallet for wish in debits})
    return _book(debits, standings, now=now).lines


def debit_one(wish: Debit, *, now: datetime) -> WalletTransaction:
    """Past work of one wallet; answers the line of its history."""
    return debit([wish], now=now)[0].as_transaction(booked_at=now)


def charge(wish: Debit, *, now: datetime) -> WalletTransaction:
    """New work: needs its price to be available, within the caps.

    Raises:
        InsufficientFunds: less is available, the agency's overdraft counted in.
        CapReached: a hard cap of the product stands in the way.
    """
    standing = lock_wallet(wish.wallet)
    refuse_without_funds(standing, wish.amount, meter=wish.meter, now=now)
    if wish.product_id is not None:
        refuse_above_caps(wish.wallet, wish.product_id, wish.amount, now=now)
    return _book([wish], {wish.wallet: standing}, now=now).transaction


def _book(debits: Iterable[Debit], standings: dict[WalletKey, Standing], *, now: datetime) -> Booking:
    before = {key: standing.available(now=now) for key, standing in standings.items()}
    booking = Booking(now=now)
    for wish in debits:
        _take(booking, standings[wish.wallet], wish)
    booking.write()
    tell_falls(before, standings, now=now)
    tell_crossed_caps(booking.lines, now=now)
    return booking


def _take(booking: Booking, standing: Standing, wish: Debit) -> None:
    snapshot = Snapshot.of(standing)
    split = standing.split(wish.amount, now=booking.now, meter=wish.meter)
    entry = Entry(
        id=wish.id,
        kind=wish.kind,
        source_type=wish.source_type,
        source_id=wish.source_id,
        description=wish.description,
        meter=wish.meter,
        product_id=wish.product_id,
        effective_at=wish.effective_at,
    )
    for payer, target, part in paired(payers(standing, split.takes, split.short), wish.targets):
        booking.post(entry, payer, target, part)
    booking.use(standing, entry, split.takes)
    booking.postings.extend(wish.alongside)
    standing.owed += split.short
    booking.enter(standing, entry, snapshot)
