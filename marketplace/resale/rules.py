"""What a bulk change makes of the terms of one resold service."""

from dataclasses import dataclass, replace
from decimal import Decimal

from flask_babel import lazy_gettext as _l

from agency.foundation.errors import DomainError
from agency.foundation.exact import exactly
from agency.plans.rules.resale import written
from agency.plans.rules.terms import PriceTerms

HUNDRED = Decimal(100)
STEP = Decimal("0.000001")


class MarkupOrPercent(DomainError):
    status = 422
    field = "markup"
    message = _l("Say either the markup that all get, or by how many percent each changes.")


class MarkupTooLow(DomainError):
    status = 422
    field = "percent"
    message = _l("A markup would fall to zero or below.")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkupWish:
    """One of both: the markup that all get, or the percents by which each changes."""

    markup: Decimal | None = None
    percent: Decimal | None = None

    def __post_init__(self) -> None:
        if (self.markup is None) == (self.percent is None):
            raise MarkupOrPercent

    def markup_from(self, former: Decimal) -> Decimal:
        """Rounded to a millionth.

        Raises:
            MarkupTooLow
        """
        if self.markup is not None:
            changed = self.markup
        else:
            with exactly():
                changed = former * (HUNDRED + (self.percent or Decimal(0))) / HUNDRED
        if changed <= 0:
            raise MarkupTooLow
        return changed.quantize(STEP).normalize()


def remarked(retail: PriceTerms, cost: PriceTerms, markup: Decimal, wish: MarkupWish) -> PriceTerms:
    """The terms as their seller would write them with the changed markup; to be read by ``sell``."""
    terms, _wholesale = written(retail, cost, markup)
    return replace(terms, markup=wish.markup_from(markup))
