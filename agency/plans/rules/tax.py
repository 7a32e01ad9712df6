"""Tax of a document: on top of its lines or inside them, rounded per line, per rate or once."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from flask_babel import lazy_gettext as _l

from agency.foundation.errors import DomainError
from agency.foundation.exact import Exact, to_coins, to_coins_together
from agency.foundation.money import Money


class TaxReasonMissing(DomainError):
    status = 422
    field = "reason"
    message = _l("A line without tax needs a reason: reverse charge or the ground of its exemption.")


class TaxRateOutOfRange(DomainError):
    status = 422
    field = "percent"
    message = _l("A tax rate is zero or more percent.")


class Rounding(StrEnum):
    """What is rounded as one sum: a rate's tax on a line, a rate's on the document, or all the document's tax."""

    LINE = "line"
    RATE = "rate"
    DOCUMENT = "document"


class Inclusive(StrEnum):
    """How several taxes inside one price are taken out: as one sum, or each from the gross as if alone."""

    COMBINED = "combined"
    EACH_ON_GROSS = "each_on_gross"


class Treatment(StrEnum):
    TAXED = "taxed"
    REVERSE_CHARGE = "reverse_charge"
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxRate:
    code: str
    percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxTerms:
    """Fixed per seller, frozen per document."""

    currency: str
    prices_include_tax: bool = False
    rounding: Rounding = Rounding.LINE
    inclusive: Inclusive = Inclusive.COMBINED


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxableLine:
    """``amount`` after discounts, in major units; with tax inside where prices include it."""

    amount: Exact
    rates: tuple[TaxRate, ...] = ()
    treatment: Treatment = Treatment.TAXED
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTotal:
    rate: TaxRate
    base: Money
    tax: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class UntaxedTotal:
    treatment: Treatment
    reason: str
    base: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentTax:
    """``line_taxes`` are in the order of the lines and sum to ``tax``; net and tax sum to gross."""

    net: Money
    tax: Money
    gross: Money
    line_taxes: tuple[Money, ...]
    rates: tuple[RateTotal, ...]
    untaxed: tuple[UntaxedTotal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Share:
    """One rate's exact tax on one line; the shares of one ``group`` are rounded as one sum."""

    line: int
    rate: TaxRate
    group: tuple[TaxRate, ...]
    base: Fraction
    tax: Fraction


def compute_tax(lines: Sequence[TaxableLine], terms: TaxTerms) -> DocumentTax:
    """Tax of all lines; rates of one line each take their part of its amount, never of each other.

    Raises:
        TaxReasonMissing: a line is exempt or under reverse charge and does not say why.
        TaxRateOutOfRange: a rate is negative.
    """
    for line in lines:
        _refuse(line)
    shares = [share for index, line in enumerate(lines) for share in _shares(index, line, terms)]
    taxes = _rounded(shares, terms)
    total = to_coins(sum((Fraction(line.amount) for line in lines), Fraction()), terms.currency)
    tax = Money.sum(taxes, terms.currency)
    return DocumentTax(
        net=total - tax if terms.prices_include_tax else total,
        tax=tax,
        gross=total if terms.prices_include_tax else total + tax,
        line_taxes=tuple(_line_tax(index, shares, taxes, terms) for index in range(len(lines))),
        rates=_rate_totals(shares, taxes, terms),
        untaxed=_untaxed_totals(lines, terms),
    )


def _refuse(line: TaxableLine) -> None:
    if line.treatment is not Treatment.TAXED and not line.reason:
        raise TaxReasonMissing
    if any(not rate.percent.is_finite() or rate.percent < 0 for rate in line.rates):
        raise TaxRateOutOfRange


def _shares(index: int, line: TaxableLine, terms: TaxTerms) -> list[_Share]:
    if line.treatment is not Treatment.TAXED:
        return []
    combined = terms.prices_include_tax and terms.inclusive is Inclusive.COMBINED
    shares = []
    for rate in line.rates:
        group = line.rates if combined else (rate,)
        inside = sum((_fraction(other) for other in group), Fraction()) if terms.prices_include_tax else 0
        base = Fraction(line.amount) / (1 + inside)
        shares.append(_Share(line=index, rate=rate, group=group, base=base, tax=base * _fraction(rate)))
    return shares


def _rounded(shares: Sequence[_Share], terms: TaxTerms) -> list[Money]:
    """The tax of each share in coins, so that what has to be rounded as one sum is.

    Shares are taken rate by rate, so that within one sum each rate's total strays less than a coin.
    """
    groups = list(dict.fromkeys(share.group for share in shares))
    sums: dict[tuple[object, ...], list[int]] = {}
    for position in sorted(range(len(shares)), key=lambda position: groups.index(shares[position].group)):
        sums.setdefault(_rounded_as_one(shares[position], terms.rounding), []).append(position)
    taxes = [Money.zero(terms.currency)] * len(shares)
    for positions in sums.values():
        coins = to_coins_together([shares[position].tax for position in positions], terms.currency)
        for position, tax in zip(positions, coins, strict=True):
            taxes[position] = tax
    return taxes


def _rounded_as_one(share: _Share, rounding: Rounding) -> tuple[object, ...]:
    match rounding:
        case Rounding.LINE:
            return (share.line, share.group)
        case Rounding.RATE:
            return (share.group,)
        case Rounding.DOCUMENT:
            return ()


def _line_tax(index: int, shares: Sequence[_Share], taxes: Sequence[Money], terms: TaxTerms) -> Money:
    own = [tax for share, tax in zip(shares, taxes, strict=True) if share.line == index]
    return Money.sum(own, terms.currency)


def _rate_totals(shares: Sequence[_Share], taxes: Sequence[Money], terms: TaxTerms) -> tuple[RateTotal, ...]:
    totals: dict[TaxRate, tuple[Fraction, Money]] = {}
    for share, tax in zip(shares, taxes, strict=True):
        base, sum_before = totals.get(share.rate, (Fraction(), Money.zero(terms.currency)))
        totals[share.rate] = (base + share.base, sum_before + tax)
    return tuple(
        RateTotal(rate=rate, base=to_coins(base, terms.currency), tax=tax) for rate, (base, tax) in totals.items()
    )


def _untaxed_totals(lines: Sequence[TaxableLine], terms: TaxTerms) -> tuple[UntaxedTotal, ...]:
    totals: dict[tuple[Treatment, str], Fraction] = {}
    for line in lines:
        if line.treatment is not Treatment.TAXED and line.reason:
            key = (line.treatment, line.reason)
            totals[key] = totals.get(key, Fraction()) + Fraction(line.amount)
    return tuple(
        UntaxedTotal(treatment=treatment, reason=reason, base=to_coins(base, terms.currency))
        for (treatment, reason), base in totals.items()
    )


def _fraction(rate: TaxRate) -> Fraction:
    return Fraction(rate.percent) / 100
