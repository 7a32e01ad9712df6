"""What an app may cost: fixed or within bounds, as its publisher lists it and as an agency sells it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from flask_babel import lazy_gettext as _l

from agency.foundation.errors import DomainError, InvalidInput
from agency.foundation.exact import exactly
from agency.foundation.money import Money

ONE = Decimal(1)
PERCENTS = (80, 15, 5)  # Of the publisher, the agency and the platform, where the operator says nothing else.


class PriceUnknown(DomainError):
    status = 422
    field = "unit_price"
    message = _l("This price is dynamic: say what one unit costs.")


class PriceFixed(DomainError):
    status = 422
    field = "unit_price"
    message = _l("This price is fixed. Leave out what one unit costs.")


class PriceOutsideBounds(DomainError):
    status = 422
    field = "unit_price"
    message = _l("One unit costs from %(lowest)s to %(highest)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class UsagePrice:
    """Fixed by ``amount``, or within bounds; ``own_amount`` is an agency's own, else the markup counts."""

    amount: Decimal | None
    lowest: Decimal | None = None
    highest: Decimal | None = None
    own_amount: Decimal | None = None
    markup: Decimal = ONE


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """What one unit costs by the publisher's list, and what the client pays for it."""

    listed: Decimal
    retail: Decimal


def unit_price(price: UsagePrice, said: Decimal | None) -> UnitPrice:
    """The price of one unit; ``said`` is what the app names, in terms of its publisher's list.

    Raises:
        PriceUnknown, PriceFixed, PriceOutsideBounds
    """
    if price.amount is not None:
        if said is not None:
            raise PriceFixed
        return UnitPrice(price.amount, sold_at(price.amount, price.markup, price.own_amount))
    if said is None:
        raise PriceUnknown
    lowest, highest = price.lowest or Decimal(0), price.highest or Decimal(0)
    if not lowest <= said <= highest:
        raise PriceOutsideBounds(lowest=f"{lowest.normalize():f}", highest=f"{highest.normalize():f}")
    return UnitPrice(said, sold_at(said, price.markup, None))


def refuse_foreign_limits(currency: str, said: Mapping[str, object]) -> None:
    """Limits on what an app's usage may cost, by the names of their fields; what is no amount is none.

    Raises:
        InvalidInput: at each that is not in the app's currency.
    """
    foreign = [name for name, limit in said.items() if isinstance(limit, Money) and limit.currency != currency]
    if foreign:
        message = str(_l("This app is paid in %(currency)s.")) % {"currency": currency}
        raise InvalidInput({name: [message] for name in foreign})


def sold_at(listed: Decimal, markup: Decimal, own_amount: Decimal | None) -> Decimal:
    """An agency's own amount, or the list price times its markup."""
    if own_amount is not None:
        return own_amount
    with exactly():
        return (listed * markup).normalize()
