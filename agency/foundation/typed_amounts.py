"""Amounts as people type them: ``25``, ``$1,250.50``, ``1.250,50``."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from babel.numbers import format_decimal, get_decimal_symbol
from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields

from agency.foundation import i18n
from agency.foundation.money import MalformedAmount, Money
from agency.foundation.schemas import FormSchema

SIGN = re.compile(r"^(?:[A-Z]{1,3})?[$€£¥₩₪]?")
DIGITS = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
BLANKS = re.compile(r"[\s\u00a0\u202f\u2019']")
GROUP = 3


class WalletForm(FormSchema):
    """A form about one currency, in which its amounts are typed without naming it."""

    def __init__(self, currency: str, **options: Any) -> None:  # noqa: ANN401  # Marshmallow's own options.
        super().__init__(**options)
        self.currency = currency


class AmountText(fields.Field[Money]):
    """Zero or more, in the currency of its form; ``positive``: more than zero."""

    def __init__(self, *, positive: bool = True, **options: Any) -> None:  # noqa: ANN401  # The same.
        super().__init__(**options)
        self.positive = positive

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Money:  # noqa: ANN401, ARG002  # Marshmallow's signature.
        text = plain_decimal(str(value), decimal_mark=get_decimal_symbol(i18n.locale()))
        if text is None:
            raise ValidationError(str(_l("Write an amount such as %(example)s.", example=written(Decimal("25.50")))))
        try:
            amount = Money.of(text, cast("WalletForm", self.root).currency)
        except MalformedAmount as error:
            raise ValidationError(str(_l("The amount is too large or too precise."))) from error
        if self.positive and not amount:
            raise ValidationError(str(_l("The amount must be more than zero.")))
        return amount


def plain_decimal(text: str, *, decimal_mark: str) -> str | None:
    """What was typed as a plain decimal; None where it is none.

    Of two kinds of marks the last one begins the fraction. A single mark before three digits groups them, unless
    it is the language's own decimal mark.
    """
    found = BLANKS.sub("", text)
    found = SIGN.sub("", found)
    if not DIGITS.fullmatch(found):
        return None
    marks = [mark for mark in found if not mark.isdigit()]
    if not marks:
        return found
    head, last, tail = found.rpartition(marks[-1])
    groups = len(tail) == GROUP and last != decimal_mark
    if len(set(marks)) == 1 and (len(marks) > 1 or groups):
        head, tail = found, ""
    parts = re.split(r"[.,]", head)
    if any(len(part) != GROUP for part in parts[1:]):
        return None
    return "".join(parts) + (f".{tail}" if tail else "")


def written(value: Decimal) -> str:
    """A plain number as this language types it, without groups."""
    places = max(-int(value.as_tuple().exponent), 0)
    pattern = f"0.{'0' * places}" if places else "0"
    return str(format_decimal(value, pattern, locale=i18n.locale()))


def typed(amount: Money | None) -> str:
    """An amount as its field is filled with."""
    return "" if amount is None else written(Decimal(amount.plain()))
