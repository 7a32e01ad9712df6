from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from agency.exchange_rates.models import ExchangeRate
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.foundation.exact import exact, to_coins
from agency.foundation.money import MalformedAmount, Money
from agency.foundation.paging import Page, paged


class RateMissing(DomainError):
    status = 422
    field = "currency"
    message = _l(
        "No rate between %(base)s and %(quote)s is entered up to %(day)s."
        " Enter one with the exchange rates, or choose another currency."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """An amount in another currency, to inform: ``rate`` of which day, and who says so. ``base`` is one unit of it."""

    amount: Money
    rate: Decimal
    base: str
    quote: str
    day: date
    source: str


def rates(*, cursor: str | None = None, limit: int = 25) -> Page[ExchangeRate]:
    """Newest first."""
    return paged(select(ExchangeRate), ExchangeRate.id, cursor=cursor, limit=limit)


def converted(amount: Money, *, on: date) -> list[Converted]:
    """The amount in every currency that has a rate with its own, the newest up to that day, by currency."""
    newest = session.scalars(
        select(ExchangeRate)
        .where(or_(ExchangeRate.base == amount.currency, ExchangeRate.quote == amount.currency), ExchangeRate.day <= on)
        .order_by(ExchangeRate.base, ExchangeRate.quote, ExchangeRate.day.desc())
        .ext(distinct_on(ExchangeRate.base, ExchangeRate.quote))
    ).all()
    return _by_currency(amount, newest)


def converted_to(amount: Money, currency: str, *, on: date) -> Converted:
    """The same in one currency. Raises RateMissing: there is none with it up to that day."""
    for each in converted(amount, on=on):
        if each.amount.currency == currency:
            return each
    raise RateMissing(base=amount.currency, quote=currency, day=on.isoformat())


def _by_currency(amount: Money, rows: Sequence[ExchangeRate]) -> list[Converted]:
    """Of a rate and its inverse the later one holds."""
    chosen: dict[str, ExchangeRate] = {}
    for row in sorted(rows, key=lambda row: row.day):
        chosen[row.quote if row.base == amount.currency else row.base] = row
    found = (_converted(amount, currency, row) for currency, row in sorted(chosen.items()))
    return [each for each in found if each is not None]


def _converted(amount: Money, currency: str, row: ExchangeRate) -> Converted | None:
    """None where the amount would be beyond what can be told."""
    factor = Fraction(row.rate) if row.base == amount.currency else 1 / Fraction(row.rate)
    try:
        there = to_coins(exact(amount) * factor, currency)
    except MalformedAmount:
        return None
    return Converted(
        amount=there, rate=row.rate.normalize(), base=row.base, quote=row.quote, day=row.day, source=row.source
    )
