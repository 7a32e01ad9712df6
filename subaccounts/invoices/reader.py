"""Figures and days of a document, as people of one language read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from agency.foundation.i18n import money_in
from agency.foundation.money import Money

DASH = "\u2013"


@dataclass(frozen=True, slots=True)
class Reader:
    """In which language, and in which currency the figures are."""

    place: Locale
    currency: str

    def money(self, plain: str) -> str:
        return money_in(Money.of(plain, self.currency), self.place)

    def day(self, text: str | None) -> str:
        return format_date(date.fromisoformat(text), "medium", locale=self.place) if text else ""

    def number(self, text: str) -> str:
        return str(format_decimal(Decimal(text), locale=self.place, decimal_quantization=False))

    def price(self, text: str) -> str:
        """A unit price may be finer than an amount."""
        whole = Decimal(text).quantize(Decimal("0.000001"))
        return self.money(f"{whole:f}") if whole == Decimal(text) else f"{self.number(text)} {self.currency}"

    def period(self, period: Sequence[str] | None) -> str:
        """First to last day; stored periods end before their last day's morrow."""
        if not period:
            return ""
        last = (date.fromisoformat(period[1][:10]) - timedelta(days=1)).isoformat()
        return f"{self.day(period[0][:10])} {DASH} {self.day(last)}"
