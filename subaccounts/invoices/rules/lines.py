"""What a line comes to: its amount in whole coins, and its tax with that of the document's other lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l

from agency.foundation import ids
from agency.foundation.errors import DomainError
from agency.foundation.exact import exact, to_coins
from agency.foundation.money import MalformedAmount, Money
from agency.plans.rules.tax import DocumentTax, TaxableLine, TaxRate, TaxTerms, Treatment, compute_tax
from wallet.ledger.chart import AccountKind

# As documents keep it: {"name", "percent", "treatment", "reason"}.
TaxSaid = Mapping[str, Any]
LINES_MAX = 1000


class AmountTooLarge(DomainError):
    status = 422
    field = "unit_price"
    message = _l("Quantity and unit price make too large an amount. Nothing was changed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineWish:
    """A line to be written.

    ``amount`` in whole coins overrides quantity x unit price; it has tax inside where the seller's prices do.
    ``tax`` is what the caller computed already, so that nothing is computed twice: say it for every line of a
    document or for none. ``source`` is the line's cause, as ``LineSource`` has it. ``wallet`` is what a wallet paid
    for it already, tax included, finer than a coin. ``replaces`` names the released line that is billed again.
    """

    description: str
    quantity: Decimal = Decimal(1)
    unit_price: Decimal = Decimal(0)
    unit: str | None = None
    amount: Money | None = None
    taxes: Sequence[TaxSaid] = ()
    tax: Money | None = None
    revenue: AccountKind = AccountKind.REVENUE_PLANS
    provider_id: UUID | None = None
    source: Mapping[str, Any] | None = None
    wallet: Money | None = None
    replaces: UUID | None = None
    id: UUID = field(default_factory=ids.new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of one line: ``amount`` as it is written, ``net`` and ``tax`` inside or on top of it."""

    amount: Money
    net: Money
    tax: Money


def figures(wishes: Sequence[LineWish], terms: TaxTerms) -> list[Figures]:
    """In the order of the lines.

    Raises:
        AmountTooLarge: a line is beyond what an amount can be.
        TaxReasonMissing, TaxRateOutOfRange
    """
    amounts = [amount_of(wish, terms.currency) for wish in wishes]
    if wishes and all(wish.tax is not None for wish in wishes):
        taxes: Sequence[Money] = [wish.tax for wish in wishes if wish.tax is not None]
    else:
        pairs = zip(wishes, amounts, strict=True)
        taxes = document_tax([(amount, wish.taxes) for wish, amount in pairs], terms).line_taxes
    return [
        Figures(amount=amount, net=amount - tax if terms.prices_include_tax else amount, tax=tax)
        for amount, tax in zip(amounts, taxes, strict=True)
    ]


def amount_of(wish: LineWish, currency: str) -> Money:
    """Quantity x unit price, rounded once to the currency's coin; or what was said. Raises AmountTooLarge."""
    if wish.amount is not None:
        return wish.amount.to_minor()
    try:
        return to_coins(Fraction(wish.quantity) * Fraction(wish.unit_price), currency)
    except MalformedAmount as error:
        raise AmountTooLarge from error


def document_tax(lines: Sequence[tuple[Money, Sequence[TaxSaid]]], terms: TaxTerms) -> DocumentTax:
    """Tax of a document whose lines come to these amounts.

    Raises:
        AmountTooLarge: the tax is beyond what an amount can be.
        TaxReasonMissing, TaxRateOutOfRange
    """
    try:
        return compute_tax([_taxable(amount, taxes) for amount, taxes in lines], terms)
    except MalformedAmount as error:
        raise AmountTooLarge from error


def _taxable(amount: Money, taxes: Sequence[TaxSaid]) -> TaxableLine:
    for tax in taxes:
        if tax["treatment"] != Treatment.TAXED:
            return TaxableLine(amount=exact(amount), treatment=Treatment(tax["treatment"]), reason=tax["reason"])
    rates = tuple(TaxRate(code=tax["name"], percent=Decimal(tax["percent"])) for tax in taxes)
    return TaxableLine(amount=exact(amount), rates=rates)
