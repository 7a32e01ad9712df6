"""Which credit a debit burns."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from flask_babel import lazy_gettext as _l

from agency.foundation.errors import DomainError
from agency.foundation.money import Money

NEVER = datetime.max.replace(tzinfo=UTC)


class NotEnoughCredit(DomainError):
    status = 402
    message = _l("The wallet does not hold enough credit for this.")


class LotKind(StrEnum):
    """In the order in which they burn where nothing else decides: what was given before what was bought."""

    COMPLIMENTARY = "complimentary"
    BONUS = "bonus"
    PURCHASED = "purchased"


BURNS = {kind: rank for rank, kind in enumerate(LotKind)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Credit of one origin: ``left`` of it, usable from ``effective_at`` until before ``expires_at``.

    With ``meters`` it pays for usage of these alone.
    """

    lot_id: Hashable
    kind: LotKind
    left: Money
    effective_at: datetime
    created_at: datetime
    expires_at: datetime | None = None
    priority: int = 0
    meters: frozenset[str] | None = None

    def is_usable(self, *, now: datetime, meter: str | None) -> bool:
        """Whether it may pay now, for usage of a meter or (None) for anything else."""
        is_bound_elsewhere = self.meters is not None and meter not in self.meters
        return not is_bound_elsewhere and self.left.micros > 0 and self.effective_at <= now < (self.expires_at or NEVER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    lot_id: Hashable
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """What each lot pays of a debit, in burn order; ``short`` is what no lot could pay and is owed."""

    takes: tuple[Take, ...]
    short: Money


def burn_order(lots: Iterable[Lot]) -> list[Lot]:
    """Lower priority number, earlier expiry, complimentary before purchased, effective date, creation."""
    return sorted(
        lots,
        key=lambda lot: (
            lot.priority,
            lot.expires_at or NEVER,
            BURNS[lot.kind],
            lot.effective_at,
            lot.created_at,
        ),
    )


def usable(lots: Iterable[Lot], currency: str, *, now: datetime, meter: str | None = None) -> Money:
    """What the lots could pay now, for usage of a meter or for anything else."""
    return Money.sum([lot.left for lot in lots if lot.is_usable(now=now, meter=meter)], currency)


def split_debit(lots: Iterable[Lot], amount: Money, *, now: datetime, meter: str | None = None) -> Split:
    """Share a debit of zero or more over the lots; past usage is never refused, so the rest falls short."""
    if amount.micros < 0:
        raise ValueError("a debit is not negative")
    takes = []
    for lot in burn_order(lot for lot in lots if lot.is_usable(now=now, meter=meter)):
        part = min(lot.left, amount)
        if part:
            takes.append(Take(lot_id=lot.lot_id, amount=part))
            amount -= part
    return Split(takes=tuple(takes), short=amount)


def take(lots: Iterable[Lot], amount: Money, *, now: datetime, meter: str | None = None) -> tuple[Take, ...]:
    """The same for new work, which is refused where it cannot be paid whole.

    Raises:
        NotEnoughCredit: the lots usable for it hold less.
    """
    split = split_debit(lots, amount, now=now, meter=meter)
    if split.short:
        raise NotEnoughCredit
    return split.takes


def left_after(lots: Sequence[Lot], takes: Iterable[Take]) -> list[Lot]:
    """The lots as they are once these takes have been booked."""
    taken: dict[Hashable, Money] = {}
    for part in takes:
        taken[part.lot_id] = taken.get(part.lot_id, Money.zero(part.amount.currency)) + part.amount
    return [replace(lot, left=lot.left - taken[lot.lot_id]) if lot.lot_id in taken else lot for lot in lots]
