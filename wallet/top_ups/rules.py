"""What may be added to a wallet, and what comes with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_DOWN, Decimal

from flask_babel import lazy_gettext as _l

from agency.foundation.errors import DomainError
from agency.foundation.faults import Refused
from agency.foundation.money import Money, exponent

# The platform's own, in major units; a currency without coins counts in hundreds.
MINIMUM, MAXIMUM, BALANCE_MAXIMUM = 5, 2000, 10000
COOLING_DOWN = timedelta(minutes=10)
HUNDRED = Decimal(100)


class AmountFault(DomainError):
    """One thing wrong with an amount that somebody wants to add."""

    status = 422
    field = "amount"


class OtherCurrency(AmountFault):
    message = _l("This wallet is in %(currency)s.")


class NotInCoins(AmountFault):
    message = _l("A card is charged in whole coins.")


class BelowMinimum(AmountFault):
    message = _l("The least that can be added is %(minimum)s.")


class AboveMaximum(AmountFault):
    message = _l("The most that can be added at once is %(maximum)s.")


class BalanceTooLarge(AmountFault):
    message = _l("The wallet may hold %(maximum)s at most; %(room)s can be added now.")


class AmountRefused(Refused):
    """Nothing was charged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Bounds of one wallet. ``bonus_percent`` of an amount from ``bonus_from`` on comes with it for free."""

    minimum: Money
    maximum: Money
    balance_maximum: Money
    bonus_percent: Decimal
    bonus_from: Money
    cooling_down: timedelta
    receipts_mailed: bool


def platform_terms(currency: str) -> Terms:
    scale = 1 if exponent(currency) else 100
    return Terms(
        minimum=Money.of(MINIMUM * scale, currency),
        maximum=Money.of(MAXIMUM * scale, currency),
        balance_maximum=Money.of(BALANCE_MAXIMUM * scale, currency),
        bonus_percent=Decimal(0),
        bonus_from=Money.zero(currency),
        cooling_down=COOLING_DOWN,
        receipts_mailed=False,
    )


def refuse_amount(amount: Money, terms: Terms, *, balance: Money) -> None:
    """``balance`` is what the wallet holds and what is on its way to it.

    Raises:
        AmountRefused: names everything that is wrong.
    """
    if found := list(_faults(amount, terms, balance)):
        raise AmountRefused(found)


def _faults(amount: Money, terms: Terms, balance: Money) -> Iterator[AmountFault]:
    if amount.currency != terms.minimum.currency:
        yield OtherCurrency(currency=terms.minimum.currency)
        return
    if amount != amount.to_minor():
        yield NotInCoins()
    if amount < terms.minimum:
        yield BelowMinimum(minimum=terms.minimum)
    if amount > terms.maximum:
        yield AboveMaximum(maximum=terms.maximum)
    if balance + amount > terms.balance_maximum:
        room = max(terms.balance_maximum - balance, Money.zero(amount.currency))
        yield BalanceTooLarge(maximum=terms.balance_maximum, room=room)


def bonus_of(amount: Money, terms: Terms) -> Money:
    """Rounded down to a coin, so that nothing is given that was not promised."""
    if not terms.bonus_percent or amount < terms.bonus_from:
        return Money.zero(amount.currency)
    return amount.times(terms.bonus_percent / HUNDRED).to_minor(ROUND_DOWN)
