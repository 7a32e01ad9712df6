"""What goes back when a top-up is refunded, and what a top-up pays before it becomes credit."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from flask_babel import lazy_gettext as _l

from agency.foundation.errors import DomainError
from agency.foundation.exact import exact, to_micros
from agency.foundation.money import Money
from wallet.credits.rules.lots import Lot, LotKind, Take


class RefundAboveUnspent(DomainError):
    status = 422
    field = "amount"
    message = _l("Only purchased credit that has not been spent can be refunded.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUpSplit:
    to_owed: Money
    to_credit: Money


def pay_owed_first(amount: Money, *, owed: Money) -> TopUpSplit:
    """What a wallet owes is paid before anything becomes credit; ``owed`` is zero or more."""
    to_owed = min(amount, owed)
    return TopUpSplit(to_owed=to_owed, to_credit=amount - to_owed)


def refund_takes(lots: Iterable[Lot], amount: Money) -> tuple[Take, ...]:
    """From unspent purchased lots, the newest first.

    Raises:
        RefundAboveUnspent: they hold less.
    """
    takes = []
    purchased = [lot for lot in lots if lot.kind is LotKind.PURCHASED]
    for lot in sorted(purchased, key=lambda lot: lot.created_at, reverse=True):
        part = min(lot.left, amount)
        if part.micros > 0:
            takes.append(Take(lot_id=lot.lot_id, amount=part))
            amount -= part
    if amount:
        raise RefundAboveUnspent
    return tuple(takes)


def claw_back_bonus(*, bonus: Money, bonus_left: Money, paid: Money, refunded_before: Money, refunded: Money) -> Money:
    """What of a purchase's bonus is taken back with a refund of it: in proportion, and only what is left.

    It is the difference of two totals, so refunds in parts take back what one refund of all would.
    """
    before = _proportion(bonus, refunded_before, paid)
    return min(_proportion(bonus, refunded_before + refunded, paid) - before, bonus_left)


def unspent_part(amount: Money, *, balance: Money) -> Money:
    """What of an amount a balance can give back; one below zero gives nothing and stays as it is."""
    return max(min(amount, balance), Money.zero(amount.currency))


def _proportion(bonus: Money, part: Money, whole: Money) -> Money:
    return to_micros(exact(bonus) * Fraction(part.micros, whole.micros), bonus.currency)
