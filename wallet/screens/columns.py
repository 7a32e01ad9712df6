"""Figures side by side: amounts with their decimal marks below each other, short dates along an axis."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time

from babel.dates import format_skeleton
from markupsafe import Markup

from agency.foundation import i18n
from agency.foundation.money import Money

FIGURE_SPACE = "\u2007"  # As wide as a digit.
LAST_DIGIT = re.compile(r"^(.*\d)(\D*)$", re.DOTALL)


def decimals(amount: Money) -> int:
    return len(amount.plain().partition(".")[2])


def aligned(amounts: Iterable[Money], *, signed: bool = False) -> list[Markup]:
    """As this language writes them, padded after the fraction; ``signed``: what is more than zero has a plus."""
    column = list(amounts)
    places = max(map(decimals, column), default=0)
    return [_padded(amount, places - decimals(amount), signed=signed) for amount in column]


def _padded(amount: Money, missing: int, *, signed: bool) -> Markup:
    """The padding is an element, so that it can be left out where nothing stands below."""
    plus = "+" if signed and amount.micros > 0 else ""
    written = i18n.money(amount)
    parts = LAST_DIGIT.match(written)
    if parts is None or not missing:
        return Markup("{}{}").format(plus, written)
    pad = Markup('<span class="pad">{}</span>').format(FIGURE_SPACE * missing)
    return Markup("{}{}{}{}").format(plus, parts[1], pad, parts[2])


def day_and_month(day: date) -> str:
    """``Nov 21``, ``21 nov``."""
    return str(format_skeleton("MMMd", datetime.combine(day, time.min), locale=i18n.locale()))
