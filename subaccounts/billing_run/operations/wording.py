"""What a line of a bill is called on an invoice, in the payer's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _

from agency.plans.models.prices import Price
from agency.plans.rules.components import Component
from subaccounts.subscriptions.bills import BillLine
from subaccounts.subscriptions.words import COMPONENTS


@dataclass(slots=True)
class Wording:
    """Each text is made once for a language."""

    prices: Mapping[UUID, Price]
    known: dict[tuple[str, UUID, int, bool], str] = field(default_factory=dict)

    def of(self, line: BillLine, locale: str) -> str:
        count = 1 if _divides(line) else line.quantity
        key = (locale, line.price_id, count, line.amount.micros < 0)
        if key not in self.known:
            with force_locale(locale):
                self.known[key] = self._said(self.prices[line.price_id], count, is_credit=line.amount.micros < 0)
        return self.known[key]

    @staticmethod
    def _said(price: Price, count: int, *, is_credit: bool) -> str:
        part = price.name or ("" if price.component is Component.BASE else str(COMPONENTS[price.component]))
        said = f"{price.product.name} · {part}" if part else price.product.name
        said = f"{count} {said}" if count > 1 else said
        return str(_("%(what)s, not used", what=said)) if is_credit else said


def quantity_of(line: BillLine) -> tuple[Decimal, Decimal]:
    """Quantity and unit price whose product is the line's amount; one whole where it does not divide."""
    if _divides(line):
        return Decimal(line.quantity), line.amount.amount / line.quantity
    return Decimal(1), line.amount.amount


def _divides(line: BillLine) -> bool:
    return line.quantity > 0 and line.amount.micros % line.quantity == 0
