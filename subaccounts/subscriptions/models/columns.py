"""Columns of subscriptions: settings as JSON, each written so that a later default changes nobody's; exact shares."""

from dataclasses import asdict
from fractions import Fraction
from typing import Any

from sqlalchemy import String, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect

from subaccounts.subscriptions.rules.conventions import (
    CancelDay,
    Conventions,
    Granularity,
    IntervalChange,
    MonthLength,
    TakesEffect,
)

_WORDS: dict[str, Any] = {
    "granularity": Granularity,
    "month_length": MonthLength,
    "cancel_day": CancelDay,
    "interval_change": IntervalChange,
    "upgrade": TakesEffect,
    "downgrade": TakesEffect,
}


def conventions_from(words: dict[str, str]) -> Conventions:
    """What is not named is as by default."""
    return Conventions(**{name: _WORDS[name](word) for name, word in words.items()})


class KeptConventions(TypeDecorator[Conventions]):
    """How a subscription is billed where a period is not lived through whole."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(self, value: Conventions | None, dialect: Dialect) -> dict[str, str] | None:  # noqa: ARG002  # SQLAlchemy's signature.
        return None if value is None else {name: str(word) for name, word in asdict(value).items()}

    def process_result_value(self, value: dict[str, str] | None, dialect: Dialect) -> Conventions | None:  # noqa: ARG002  # The same.
        return None if value is None else conventions_from(value)


class ExactShare(TypeDecorator[Fraction]):
    """A part of a whole, from 0 to 1, without a rounding: ``77/97``."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Fraction | None, dialect: Dialect) -> str | None:  # noqa: ARG002  # The same.
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Fraction | None:  # noqa: ARG002  # The same.
        return None if value is None else Fraction(value)
