"""Complimentary credit that comes with every period of a plan."""

from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from agency.foundation.exact import exact, to_micros
from agency.foundation.money import Money


class Unused(StrEnum):
    """What becomes of credit that a period leaves."""

    EXPIRES = "expires"
    ROLLS_OVER = "rolls_over"


def expiry(unused: Unused, *, period_end: datetime) -> datetime | None:
    return period_end if unused is Unused.EXPIRES else None


def period_grant(amount: Money, *, share: Fraction) -> Money:
    """What a part of a period brings: its share of a full period's credit."""
    return to_micros(exact(amount) * share, amount.currency)


def upgrade_grant(*, old: Money, new: Money, share_left: Fraction) -> Money:
    """What an upgrade adds at once for the rest of the period; a downgrade takes nothing away."""
    return max(period_grant(new - old, share=share_left), Money.zero(new.currency))
