"""Money: an exact amount in one currency, and the only place where its digits are rounded."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from functools import cache
from typing import Self

from babel.numbers import get_currency_precision, list_currencies

MICROS = 1_000_000
# PostgreSQL's bigint; a sum beyond it (nine million million dollars) is refused here first.
MICROS_MAX = 2**63 - 1
CURRENCIES = frozenset(list_currencies())
# Decimal itself also reads 1e3, 1_000, the digits of other scripts and blanks around them.
PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class CurrencyMismatch(TypeError):
    """Two currencies met in one sum: a mistake of ours, never of a person."""


class MalformedAmount(ValueError):
    """The text is not a plain decimal number of at most six decimals within range."""


class UnknownCurrency(ValueError):
    """The code is not a currency of ISO 4217."""


@cache
def exponent(currency: str) -> int:
    """Decimals of the smallest coin: JPY 0, EUR 2, KWD 3 (CLDR, which follows ISO 4217).

    Raises:
        UnknownCurrency: the code is not one of ISO 4217.
    """
    if currency not in CURRENCIES:
        raise UnknownCurrency(currency)
    return int(get_currency_precision(currency))


def minor_unit(currency: str) -> int:
    """Micros in the smallest coin of a currency: a cent is 10,000."""
    return int(10 ** (6 - exponent(currency)))


def round_to_int(value: Decimal, rounding: str = ROUND_HALF_UP) -> int:
    """Round once, without the context's precision cutting long numbers short."""
    with localcontext(prec=80):
        return int(value.to_integral_value(rounding))


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An integer of 10^-6 of the currency's major unit: 12.50 USD is 12,500,000 micros."""

    micros: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.micros) is not int:
            raise TypeError(f"micros must be an int, not {type(self.micros).__name__}")
        if abs(self.micros) > MICROS_MAX:
            raise MalformedAmount("The amount is too large.")

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> Self:
        """Read major units: ``Money.of("12.50", "USD")``.

        Raises:
            MalformedAmount: not a plain decimal, more than six decimals, or out of range.
            UnknownCurrency: the currency is not one of ISO 4217.
        """
        exponent(currency)
        if isinstance(amount, bool | float):
            raise MalformedAmount("An amount is a decimal string, never a float.")
        if isinstance(amount, str) and not PLAIN.fullmatch(amount):
            raise MalformedAmount("The amount is not a plain decimal number.")
        try:
            with localcontext(prec=80):
                micros = Decimal(amount) * MICROS
        except InvalidOperation as error:
            raise MalformedAmount("The amount is not a decimal number.") from error
        if not micros.is_finite() or micros.adjusted() > len(str(MICROS_MAX)):
            raise MalformedAmount("The amount is too large.")
        if micros != round_to_int(micros):
            raise MalformedAmount("The amount has more than six decimals.")
        return cls(int(micros), currency)

    @classmethod
    def zero(cls, currency: str) -> Self:
        return cls(0, currency)

    @classmethod
    def from_minor(cls, units: int, currency: str) -> Self:
        """Read the coins a card processor counts in: 1250 USD cents, 1250 JPY yen."""
        return cls(units * minor_unit(currency), currency)

    @classmethod
    def sum(cls, amounts: Iterable[Self], currency: str) -> Self:
        """Add any number of amounts; none at all is zero of the named currency."""
        total = cls.zero(currency)
        for amount in amounts:
            total += amount
        return total

    @property
    def amount(self) -> Decimal:
        """Major units as an exact decimal."""
        return Decimal(self.micros).scaleb(-6)

    @property
    def minor_units(self) -> int:
        """Whole coins, for the card processor.

        Raises:
            MalformedAmount: the amount has a part smaller than a coin; round it first.
        """
        units, rest = divmod(self.micros, minor_unit(self.currency))
        if rest:
            raise MalformedAmount("The amount has a part smaller than the currency's coin.")
        return units

    def __str__(self) -> str:
        return f"{self.plain()} {self.currency}"

    def plain(self) -> str:
        """Major units for machines: at least the coin's decimals, more only where they are not zero."""
        coins = exponent(self.currency)
        whole, rest = divmod(abs(self.micros), MICROS)
        digits = f"{rest:06d}"
        fraction = digits[:coins] + digits[coins:].rstrip("0")
        sign = "-" if self.micros < 0 else ""
        return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} met {other.currency}")
        return other.micros

    def __add__(self, other: Self) -> Self:
        return type(self)(self.micros + self._same(other), self.currency)

    def __sub__(self, other: Self) -> Self:
        return type(self)(self.micros - self._same(other), self.currency)

    def __neg__(self) -> Self:
        return type(self)(-self.micros, self.currency)

    def __abs__(self) -> Self:
        return type(self)(abs(self.micros), self.currency)

    def __bool__(self) -> bool:
        return self.micros != 0

    def __lt__(self, other: Self) -> bool:
        return self.micros < self._same(other)

    def __le__(self, other: Self) -> bool:
        return self.micros <= self._same(other)

    def __gt__(self, other: Self) -> bool:
        return self.micros > self._same(other)

    def __ge__(self, other: Self) -> bool:
        return self.micros >= self._same(other)

    def times(self, factor: Decimal | int, *, rounding: str = ROUND_HALF_UP) -> Self:
        """Multiply exactly, then round once to a micro (``ROUND_HALF_UP`` is half away from zero)."""
        if isinstance(factor, bool) or not isinstance(factor, Decimal | int):
            raise TypeError("a factor is a Decimal or an int")
        with localcontext(prec=80):
            return type(self)(round_to_int(self.micros * Decimal(factor), rounding), self.currency)

    def to_minor(self, rounding: str = ROUND_HALF_UP) -> Self:
        """Round to the currency's smallest coin: for an invoice line or a card charge."""
        unit = minor_unit(self.currency)
        with localcontext(prec=80):
            return type(self)(round_to_int(Decimal(self.micros) / unit, rounding) * unit, self.currency)

    def split(self, weights: list[int], *, to: str = "micro") -> list[Self]:
        """Share by weights and lose nothing; what does not divide goes to the first shares, one unit each.

        ``to="minor"`` shares whole coins and gives a part smaller than a coin to the first share.
        """
        if not weights or min(weights) < 0 or not sum(weights):
            raise ValueError("weights are non-negative and not all zero")
        unit = minor_unit(self.currency) if to == "minor" else 1
        sign = -1 if self.micros < 0 else 1
        units, dust = divmod(abs(self.micros), unit)
        shares = [units * weight // sum(weights) for weight in weights]
        takers = [index for index, weight in enumerate(weights) if weight]
        for index in takers[: units - sum(shares)]:
            shares[index] += 1
        micros = [share * unit for share in shares]
        micros[takers[0]] += dust
        return [type(self)(sign * share, self.currency) for share in micros]
