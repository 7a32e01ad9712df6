"""Who gets what of a charge: the publisher, the agency, the platform; and how much of it a refund takes back."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from agency.foundation.exact import Exact, exact, to_micros
from agency.foundation.money import Money

WHOLE = Fraction(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Parts of one amount; the agency's has its margin in it."""

    developer: Money
    agency: Money
    platform: Money

    @property
    def total(self) -> Money:
        return self.developer + self.agency + self.platform

    def __sub__(self, other: Self) -> "Shares":
        return Shares(
            developer=self.developer - other.developer,
            agency=self.agency - other.agency,
            platform=self.platform - other.platform,
        )

    def __neg__(self) -> "Shares":
        return Shares(developer=-self.developer, agency=-self.agency, platform=-self.platform)


def listed_part(listed: Exact, retail: Exact) -> Fraction:
    """The part of a retail price that the publisher's list accounts for: all of it, where nothing is added."""
    if not retail:
        return WHOLE
    return min(Fraction(listed) / Fraction(retail), WHOLE)


def share(paid: Money, percents: tuple[int, int, int], *, listed: Fraction = WHOLE) -> Shares:
    """Share what a client paid, or with an amount below zero what it got back.

    Args:
        paid: by the client.
        percents: of the publisher, the agency and the platform, 100 together; they are of the list price.
        listed: the part of the amount that the list price accounts for; the rest is the agency's margin.
    """
    base = to_micros(exact(paid) * listed, paid.currency)
    developer, agency, platform = base.split(list(percents))
    return Shares(developer=developer, agency=agency + (paid - base), platform=platform)


def tax_part(tax: Money, of: Money, amount: Money) -> Money:
    """The tax on a part of an amount; on the whole of it, exactly its tax."""
    return to_micros(exact(tax) * Fraction(amount.micros, of.micros), tax.currency)


def taken_back(charged: Shares, before: Money, amount: Money) -> Shares:
    """What each gives back for ``amount`` of a charge, of which ``before`` was given back already; all above zero."""
    return _part(charged, before + amount) - _part(charged, before)


def _part(charged: Shares, amount: Money) -> Shares:
    """The shares of a part of the charge; of the whole of it, exactly what was shared."""
    part = Fraction(amount.micros, charged.total.micros)
    developer = to_micros(exact(charged.developer) * part, amount.currency)
    platform = to_micros(exact(charged.platform) * part, amount.currency)
    return Shares(developer=developer, agency=amount - developer - platform, platform=platform)
