"""Exact numbers and codes as people and programs write them."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from babel.numbers import get_decimal_symbol
from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, validate

from agency.foundation import i18n
from agency.foundation.schemas import PLAIN_DECIMAL, FormSchema, Whole, one_of
from agency.tenants.schemas import about

CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
PERCENT_MAX = Decimal(100)
BY_A_PERSON = _l("Write a decimal number, such as 0.0083.")
BY_A_PROGRAM = _l("Write a decimal number in a string, such as 0.0083.")


class DecimalText(fields.Field[Decimal]):
    """An exact number in a string, ``"0.0083"``: never a float, which has lost digits before it is read."""

    def __init__(self, description: str = "", example: str = "0.0083", **options: Any) -> None:  # noqa: ANN401  # Marshmallow's own options.
        said = {"type": "string", "description": description, "example": example}
        super().__init__(metadata=said | options.pop("metadata", {}), **options)

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ANN401, ARG002  # Marshmallow's signature.
        return None if value is None else f"{value:f}"

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Decimal:  # noqa: ANN401, ARG002  # The same.
        is_typed = isinstance(self.root, FormSchema)
        text = _typed(value) if is_typed else value
        if not isinstance(text, str) or not PLAIN_DECIMAL.fullmatch(text.strip()):
            raise ValidationError(str(BY_A_PERSON if is_typed else BY_A_PROGRAM))
        return Decimal(text.strip())


def _typed(value: str) -> str:
    """A lone comma begins the fraction where the language writes it so: rates are typed without groups."""
    is_comma = get_decimal_symbol(i18n.locale()) == "," and value.count(",") == 1 and "." not in value
    return value.replace(",", ".") if is_comma else value


class Rate(DecimalText):
    """As kept in a numeric column, which fills up with zeros."""

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ANN401, ARG002  # The same.
        return None if value is None else plain(value)


def plain(value: Decimal) -> str:
    """Every digit that says something."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class Quantity(DecimalText):
    """A number of units, which may be sent as a whole number too, for that loses nothing."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Decimal:  # noqa: ANN401  # The same.
        written = str(value) if type(value) is int else value
        return super()._deserialize(written, attr, data, **kwargs)


def monthly_quantity() -> Quantity:
    """What a plan includes of a meter."""
    return Quantity("", "1000", validate=validate.Range(min=0, error=_l("This cannot be negative.")))


def percentage(**options: Any) -> Rate:  # noqa: ANN401  # The same.
    within = validate.Range(min=0, max=PERCENT_MAX, error=_l("Write a percentage from 0 to 100."))
    return Rate(example="21", validate=within, **options)


def short_code(description: str, example: str, **options: Any) -> fields.String:  # noqa: ANN401  # The same.
    """A name for programs."""
    form = validate.Regexp(f"^{CODE.pattern}$", error=_l("Use small letters, digits and _, beginning with a letter."))
    return fields.String(validate=form, metadata=about(description, example), **options)


def choice(words: type, description: str, **options: Any) -> fields.String:  # noqa: ANN401  # The same.
    """One of the words of an enum."""
    values = tuple(word.value for word in words)  # type: ignore[attr-defined]  # An enum iterates over its members.
    return fields.String(validate=one_of(values), metadata=about(description, values[0]), **options)


def count(description: str, example: int = 1, **options: Any) -> Whole:  # noqa: ANN401  # The same.
    return Whole(metadata=about(description, example), **options)
