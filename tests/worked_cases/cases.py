"""The worked cases, and who answers which of them.

An answer holds every number the case expects, under the same keys; prose beside the numbers is left out.
"""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path

from agency.foundation.exact import exact
from agency.foundation.money import Money, exponent

FILE = Path(__file__).parent.parent / "data" / "worked_cases.jsonl"
PROSE = {"note", "rule", "derived"}
ANSWERS = {}


@dataclass(frozen=True)
class Case:
    id: str
    given: dict
    when: list
    expect: dict

    @property
    def currency(self):
        return self.given.get("currency", "USD")

    def major(self, minor):
        """Minor units as written in a case, in major units."""
        return Decimal(str(minor)).scaleb(-exponent(self.currency))

    def money(self, minor):
        return Money.of(self.major(minor), self.currency)

    def minor(self, amount):
        """An amount or an exact number of major units, in minor units."""
        value = exact(amount) if isinstance(amount, Money) else Fraction(amount)
        return value * 10 ** exponent(self.currency)


def read():
    """Every case by its id."""
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    return {row["id"]: Case(id=row["id"], given=row["given"], when=row["when"], expect=row["expect"]) for row in rows}


def answers(*ids):
    """Marks the function that works these cases with our rules."""

    def mark(function):
        ANSWERS.update(dict.fromkeys(ids, function))
        return function

    return mark


def plain(value):
    """One form for numbers written as text or digits, for dates and for amounts, to compare them by value."""
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items() if key not in PROSE}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, date):
        return value.isoformat().replace("+00:00", "Z")
    return value if isinstance(value, bool | None) else _number(value)


def _number(value):
    try:
        return Fraction(value) if isinstance(value, Fraction) else Fraction(Decimal(value))
    except InvalidOperation:
        return value
