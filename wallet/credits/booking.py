"""What one transaction does to its locked wallets, collected and then written in two statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm.attributes import set_committed_value

from agency.foundation import ids
from agency.foundation.database.session import session
from agency.foundation.money import Money
from wallet.credits.entries import Entry, Line, Use
from wallet.credits.models.lots import CreditLot
from wallet.credits.models.transactions import WalletTransaction
from wallet.credits.rules.expiry import first_due
from wallet.credits.rules.lots import LotKind, Take
from wallet.credits.standing import AnyLot, Standing
from wallet.credits.writing import write
from wallet.ledger.chart import AccountKey, AccountKind
from wallet.ledger.codes import Code
from wallet.ledger.operations import post
from wallet.ledger.postings import Posting

# A lot's remaining, held and returned credit, as they change.
LotChange = list[int]


class Booking:
    """Nothing is written before ``write``; the standings are changed at once."""

    def __init__(self, *, now: datetime) -> None:
        self.now = now
        self.postings: list[Posting] = []
        self.lines: list[Line] = []
        self.uses: list[Use] = []
        self.new_lots: list[CreditLot] = []
        self.lots: dict[UUID, AnyLot] = {}
        self.changes: dict[UUID, LotChange] = defaultdict(lambda: [0, 0, 0])

    def post(
        self, entry: Entry, debit: AccountKey, credit: AccountKey, amount: Money, code: Code | None = None
    ) -> None:
        """Add a transfer of the entry; an amount of zero moves nothing."""
        if not amount:
            return
        self.postings.append(
            Posting(
                debit=debit,
                credit=credit,
                amount=amount,
                code=code or entry.kind,
                source_type=entry.source_type,
                source_id=entry.source_id,
                journal_id=entry.id,
                effective_at=entry.effective_at,
            )
        )

    def add_lot(self, standing: Standing, lot: CreditLot) -> Money:
        """A lot comes into being; answers its amount, for the entry's purchased or complimentary change."""
        standing.add(lot)
        self.new_lots.append(lot)
        return Money(lot.granted, lot.currency)

    def use(self, standing: Standing, entry: Entry, takes: Iterable[Take], *, returned: bool = False) -> None:
        """Lots pay for the entry (below zero: are given back to); ``returned``: what they lose leaves the wallet."""
        for take in takes:
            lot = standing.lot_of(take)
            micros = take.amount.micros
            standing.credit[lot.ledger_kind] -= micros
            change = self._change_of(lot)
            change[0] -= micros
            if returned:
                change[2] += micros
            self.uses.append(Use(entry.id, lot.id, standing.key.sub_account_id, micros))

    def hold(self, lot: AnyLot, micros: int) -> None:
        """Reserve so much more (below zero: less) of a lot."""
        self._change_of(lot)[1] += micros

    def _change_of(self, lot: AnyLot) -> LotChange:
        self.lots[lot.id] = lot
        return self.changes[lot.id]

    def enter(self, standing: Standing, entry: Entry, before: "Snapshot") -> None:
        """Close the entry: its changes are what the wallet became since ``before``."""
        after = Snapshot.of(standing)
        self.lines.append(
            Line(
                entry,
                standing.key.sub_account_id,
                standing.key.currency,
                after.purchased - before.purchased,
                after.complimentary - before.complimentary,
                after.owed - before.owed,
                after.purchased + after.complimentary - after.owed,
                entry.effective_at or self.now,
            )
        )

    @property
    def transaction(self) -> WalletTransaction:
        """The first line, as the row it became."""
        return self.lines[0].as_transaction(booked_at=self.now)

    def write(self) -> None:
        """The transfers by the ledger, then the history, the lots and the spending of the day."""
        post(self.postings, now=self.now)
        session.add_all(self.new_lots)
        session.flush()
        write(self.lines, self.uses, self.changes, now=self.now)
        for lot_id, (remaining, held, returned) in self.changes.items():
            lot = self.lots[lot_id]
            if isinstance(lot, CreditLot):
                set_committed_value(lot, "remaining", lot.remaining + remaining)
                set_committed_value(lot, "held", lot.held + held)
                set_committed_value(lot, "returned", lot.returned + returned)


class Snapshot(NamedTuple):
    """A wallet's three accounts at one moment, in micros."""

    purchased: int
    complimentary: int
    owed: int

    @classmethod
    def of(cls, standing: Standing) -> "Snapshot":
        credit = standing.credit
        return cls(credit[AccountKind.PURCHASED_CREDIT], credit[AccountKind.COMPLIMENTARY_CREDIT], standing.owed.micros)


def paired(
    sources: Sequence[tuple[AccountKey, Money]], targets: Sequence[tuple[AccountKey, Money]]
) -> list[tuple[AccountKey, AccountKey, Money]]:
    """Who pays whom: sources in order fill targets in order, both of one sum."""
    pairs = []
    waiting = [(key, amount) for key, amount in targets if amount]
    for source, amount in sources:
        left = amount
        while left:
            target, wanted = waiting.pop(0)
            part = min(left, wanted)
            pairs.append((source, target, part))
            left -= part
            if wanted != part:
                waiting.insert(0, (target, wanted - part))
    return pairs


def payers(standing: Standing, takes: Iterable[Take], owed: Money) -> list[tuple[AccountKey, Money]]:
    """The wallet's accounts that pay, in burn order, and what each pays; what nobody could is owed."""
    sums: dict[AccountKind, Money] = {}
    for take in takes:
        kind = standing.lot_of(take).ledger_kind
        sums[kind] = sums.get(kind, Money.zero(owed.currency)) + take.amount
    if owed:
        sums[AccountKind.OWED] = owed
    return [(standing.key.account(kind), amount) for kind, amount in sums.items()]


def new_lot(
    standing: Standing,
    kind: LotKind,
    amount: Money,
    *,
    origin: str,
    now: datetime,
    expires_at: datetime | None = None,
    meters: Iterable[str] | None = None,
    priority: int = 0,
    charge_id: UUID | None = None,
    purchase_id: UUID | None = None,
    description: str = "",
) -> CreditLot:
    """A lot effective now; what brought it is named once by ``origin``."""
    return CreditLot(
        id=ids.new_id(),
        sub_account_id=standing.key.sub_account_id,
        currency=amount.currency,
        kind=kind,
        granted=amount.micros,
        remaining=amount.micros,
        held=0,
        returned=0,
        priority=priority,
        meters=sorted(meters) if meters else None,
        effective_at=now,
        expires_at=expires_at,
        due_at=first_due(expires_at, now=now),
        created_at=now,
        origin=origin,
        charge_id=charge_id,
        purchase_id=purchase_id,
        description=description,
    )
