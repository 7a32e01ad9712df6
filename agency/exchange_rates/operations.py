from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from agency.exchange_rates.models import ExchangeRate
from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.database.turns import take_turn
from agency.foundation.errors import DomainError


class SameCurrency(DomainError):
    status = 422
    field = "quote"
    message = _l("Choose two different currencies.")


class RateNotPositive(DomainError):
    status = 422
    field = "rate"
    message = _l("A rate is more than zero.")


class RateInTheFuture(DomainError):
    status = 422
    field = "day"
    message = _l("Nobody knows the rate of a day to come. Choose today or an earlier day.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RateWish:
    base: str
    quote: str
    rate: Decimal
    day: date
    source: str


def enter_rate(wish: RateWish, *, today: date, by: Actor, now: datetime) -> ExchangeRate:
    """Write down a day's rate; entered again, the later word holds.

    Raises:
        SameCurrency, RateNotPositive, RateInTheFuture
    """
    if wish.base == wish.quote:
        raise SameCurrency
    if wish.rate <= 0:
        raise RateNotPositive
    if wish.day > today:
        raise RateInTheFuture
    take_turn(f"exchange_rate/{wish.base}/{wish.quote}/{wish.day}")
    found = session.scalar(
        select(ExchangeRate).where(
            ExchangeRate.base == wish.base, ExchangeRate.quote == wish.quote, ExchangeRate.day == wish.day
        )
    )
    before = {"rate": f"{found.rate:f}", "source": found.source} if found else None
    row = found or ExchangeRate(base=wish.base, quote=wish.quote, day=wish.day)
    row.rate, row.source, row.entered_at, row.entered_by = wish.rate, wish.source, now, by.name
    session.add(row)
    session.flush()
    after = {"rate": f"{wish.rate:f}", "source": wish.source}
    record("exchange_rate.entered", row, by=by, now=now, before=before, after=after)
    return row
