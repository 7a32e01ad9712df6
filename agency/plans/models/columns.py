"""Columns of exact numbers inside JSON: written as decimal strings, read back digit by digit."""

from dataclasses import fields
from decimal import Decimal
from typing import Any

from sqlalchemy import TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect

from agency.plans.rules.terms import Model, PassThrough, PriceTerms, Tier

_AS_THEY_ARE = frozenset({"currency", "first_fee_at_zero", "free_transactions"})


def terms_as_json(terms: PriceTerms) -> dict[str, Any]:
    """Only what differs from the defaults, so that a row shows what its seller said."""
    return {
        field.name: _as_json(getattr(terms, field.name))
        for field in fields(terms)
        if getattr(terms, field.name) != field.default
    }


def _as_json(value: Any) -> Any:  # noqa: ANN401  # Any field of the terms.
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, tuple):
        return [{field.name: _as_json(getattr(part, field.name)) for field in fields(part)} for part in value]
    return value


def terms_from_json(stored: dict[str, Any]) -> PriceTerms:
    """The terms as they were written; they were checked then."""
    read = {
        name: value if name in _AS_THEY_ARE else _READERS.get(name, Decimal)(value) for name, value in stored.items()
    }
    return PriceTerms(**read)


def _tier(stored: dict[str, str | None]) -> Tier:
    return Tier(**{name: None if value is None else Decimal(value) for name, value in stored.items()})  # type: ignore[arg-type]  # Written from a tier, so None stands only where one takes it.


_READERS: dict[str, Any] = {
    "model": Model,
    "tiers": lambda stored: tuple(_tier(tier) for tier in stored),
    "pass_through": lambda stored: tuple(
        PassThrough(code=fee["code"], unit_price=Decimal(fee["unit_price"])) for fee in stored
    ),
}


class Terms(TypeDecorator[PriceTerms]):
    """Price terms."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(self, value: PriceTerms | None, dialect: Dialect) -> dict[str, Any] | None:  # noqa: ARG002  # SQLAlchemy's signature.
        return None if value is None else terms_as_json(value)

    def process_result_value(self, value: dict[str, Any] | None, dialect: Dialect) -> PriceTerms | None:  # noqa: ARG002  # The same.
        return None if value is None else terms_from_json(value)


class Quantities(TypeDecorator[dict[str, Decimal]]):
    """A quantity by code."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(self, value: dict[str, Decimal] | None, dialect: Dialect) -> dict[str, str] | None:  # noqa: ARG002  # The same.
        return None if value is None else {code: f"{quantity:f}" for code, quantity in value.items()}

    def process_result_value(self, value: dict[str, str] | None, dialect: Dialect) -> dict[str, Decimal] | None:  # noqa: ARG002  # The same.
        return None if value is None else {code: Decimal(quantity) for code, quantity in value.items()}
