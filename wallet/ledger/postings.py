"""What a caller asks the ledger to write, and the sums that it changes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from agency.foundation import ids
from agency.foundation.money import CurrencyMismatch, Money
from wallet.ledger.chart import AccountKey
from wallet.ledger.codes import Code
from wallet.ledger.models import Phase


class MalformedPosting(ValueError):
    """Not a transfer: nothing moves, it stays on one account, or it crosses two sub-accounts' books."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """One transfer to be written.

    ``journal_id`` is shared by the transfers of one act. ``reserves_until`` makes it pending. ``ends`` names a
    pending transfer that this one ends, with its amount; ``voids`` gives all of it back, else ``amount`` of it
    is posted.
    """

    debit: AccountKey
    credit: AccountKey
    amount: Money
    code: Code
    source_type: str
    source_id: UUID
    journal_id: UUID
    effective_at: datetime | None = None
    reserves_until: datetime | None = None
    ends: tuple[UUID, Money] | None = None
    voids: bool = False
    id: UUID = field(default_factory=ids.new_id)

    def __post_init__(self) -> None:
        if self.debit.currency != self.amount.currency or self.credit.currency != self.amount.currency:
            raise CurrencyMismatch(f"{self.debit.currency}, {self.credit.currency}, {self.amount.currency}")
        if self.amount.micros <= 0 or self.debit == self.credit:
            raise MalformedPosting(f"{self.amount} from {self.debit.kind} to {self.credit.kind}")
        if self.debit.sub_account_id != self.credit.sub_account_id:
            raise MalformedPosting("credit moves between two sub-accounts by way of their moved_credit accounts")
        if self.ends is not None and (self.amount > self.ends[1] or (self.voids and self.amount != self.ends[1])):
            raise MalformedPosting(f"{self.amount} of a pending transfer of {self.ends[1]}")

    @property
    def phase(self) -> Phase:
        if self.voids:
            return Phase.VOIDED
        return Phase.PENDING if self.reserves_until else Phase.POSTED


# The ids of a posting's debit and credit account.
Sides = tuple[UUID, UUID]


def sides_of(postings: Sequence[Posting]) -> list[Sides]:
    return [(posting.debit.id, posting.credit.id) for posting in postings]


# Debits and credits, posted then pending, as they change one account.
Sums = list[int]


def changes(postings: Sequence[Posting], sides: Sequence[Sides]) -> dict[UUID, Sums]:
    """What each account's sums change by: [debits posted, credits posted, debits pending, credits pending]."""
    sums: dict[UUID, Sums] = defaultdict(lambda: [0, 0, 0, 0])
    for posting, (debit_id, credit_id) in zip(postings, sides, strict=True):
        debit, credit = sums[debit_id], sums[credit_id]
        if posting.phase is not Phase.VOIDED:
            offset = 2 if posting.reserves_until else 0
            debit[offset] += posting.amount.micros
            credit[offset + 1] += posting.amount.micros
        if posting.ends is not None:
            reserved = posting.ends[1].micros
            debit[2] -= reserved
            credit[3] -= reserved
    return sums
