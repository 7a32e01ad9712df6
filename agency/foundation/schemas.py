"""Marshmallow fields that both a form and a JSON body are read with."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, validate

from agency.foundation import i18n, ids
from agency.foundation.money import Money, exponent

# Marshmallow's own words, said for people and in their language.
WORDS: dict[type[fields.Field[Any]], dict[str, LazyString]] = {
    fields.Field: {
        "required": _l("This field is needed."),
        "null": _l("This field is needed."),
        "validator_failed": _l("This value is not one it can have."),
    },
    fields.String: {"invalid": _l("Write text.")},
    fields.Integer: {"invalid": _l("Write a whole number."), "too_large": _l("This number is too large.")},
    fields.Boolean: {"invalid": _l("Say true or false.")},
    fields.Date: {"invalid": _l("Write a date such as 2026-03-31.")},
    fields.AwareDateTime: {
        "invalid": _l("Write a time such as 2026-03-31T18:00:00Z."),
        "invalid_awareness": _l("Write the time with its zone, such as 2026-03-31T18:00:00Z."),
    },
    fields.Enum: {"unknown": _l("Choose one from the list.")},
    fields.List: {"invalid": _l("Send a list.")},
    fields.Nested: {"type": _l("Send an object.")},
    fields.Dict: {"invalid": _l("Send an object.")},
}
for _field, _words in WORDS.items():
    _field.default_error_messages = _field.default_error_messages | _words
SCHEMA_WORDS = {"unknown": _l("There is no such field."), "type": _l("Send an object.")}

DIGITS = re.compile(r"-?[0-9]{1,9}")
COUNT_MAX = 1_000_000
PLAIN_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,18})?")
# Control characters, what turns the direction of writing, half letters, and code points that are none.
NO_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")  # Comes along when one copies from a page.


class StrictSchema(Schema):
    """Unknown fields are refused by their name: a typing mistake must not pass for a default."""

    error_messages = SCHEMA_WORDS

    class Meta:
        unknown = RAISE
        ordered = True


class QuerySchema(Schema):
    """A query string; what it does not know is refused too."""

    error_messages = SCHEMA_WORDS

    class Meta:
        unknown = RAISE


class FormSchema(Schema):
    """A form also sends its CSRF token and the button's name."""

    class Meta:
        unknown = EXCLUDE


class Text(fields.String):
    """Text of at most ``longest`` characters; blank is missing where it is required.

    In one line, unless it may have ``lines``: it may end in the head of a letter or the cell of a table.
    """

    def __init__(self, *, longest: int = 200, lines: bool = False, **options: Any) -> None:  # noqa: ANN401  # Marshmallow's own options.
        super().__init__(**options)
        self.longest = longest
        self.lines = lines
        self.validators.insert(0, validate.Length(max=longest, error=_l("Use at most {max} characters.")))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:  # noqa: ANN401  # Marshmallow's signature.
        text = super()._deserialize(value, attr, data, **kwargs)
        if text is None:
            raise self.make_error("invalid")
        text = UNSEEN.sub("", text)
        text = text.replace("\r\n", "\n").strip() if self.lines else " ".join(text.split())
        if self.required and not text:
            raise self.make_error("required")
        if NO_TEXT.search(text):
            raise ValidationError(str(_l("Use letters, digits and punctuation only.")))
        return text


class Email(Text):
    """One address, in lower case; it need not be reachable, the link that is sent proves that."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # Marshmallow's own options.
        super().__init__(longest=254, **options)
        self.validators.append(validate.Email(error=_l("Write an address like name@example.com.")))

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:  # noqa: ANN401  # The same.
        return super()._deserialize(value, attr, data, **kwargs).lower()


class TypedId(fields.Field[UUID]):
    """``sac_...`` outside, a UUID inside."""

    def __init__(self, prefix: str, *, metadata: Mapping[str, Any] | None = None, **options: Any) -> None:  # noqa: ANN401  # The same.
        documented = {"type": "string", "example": f"{prefix}_01hzy3v7k2e8mb4x9q0n5t6w1r"}
        super().__init__(metadata=documented | dict(metadata or {}), **options)
        self.prefix = prefix

    def _serialize(self, value: UUID | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:  # noqa: ANN401, ARG002  # The same.
        return None if value is None else ids.encode(self.prefix, value)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> UUID:  # noqa: ANN401, ARG002  # The same.
        try:
            return ids.decode(self.prefix, value if isinstance(value, str) else "")
        except ids.MalformedId as error:
            raise ValidationError(str(_l("Not an id of this kind."))) from error


MONEY_DOCUMENTED: dict[str, Any] = {
    "type": "object",
    "properties": {"amount": {"type": "string"}, "currency": {"type": "string"}},
    "required": ["amount", "currency"],
    "example": {"amount": "12.50", "currency": "USD"},
}


class MoneyField(fields.Field[Money]):
    """``{"amount": "12.50", "currency": "USD"}``: a decimal string in major units, never a float."""

    def __init__(
        self,
        *,
        positive: bool = False,
        metadata: Mapping[str, Any] | None = None,
        **options: Any,  # noqa: ANN401  # The same.
    ) -> None:
        super().__init__(metadata=MONEY_DOCUMENTED | dict(metadata or {}), **options)
        self.positive = positive

    def _serialize(self, value: Money | None, attr: str | None, obj: Any, **kwargs: Any) -> dict[str, str] | None:  # noqa: ANN401, ARG002  # The same.
        return None if value is None else {"amount": value.plain(), "currency": value.currency}

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Money:  # noqa: ANN401, ARG002  # The same.
        if not isinstance(value, dict) or set(value) != {"amount", "currency"}:
            raise ValidationError(str(_l("Write an amount and a currency.")))
        money = read_money(value["amount"], value["currency"])
        if self.positive and money.micros <= 0:
            raise ValidationError(str(_l("The amount must be more than zero.")))
        return money


def read_money(amount: object, currency: object) -> Money:
    """A person's or a program's amount.

    Raises:
        ValidationError: with the sentence to show.
    """
    if not isinstance(amount, str) or not PLAIN_DECIMAL.fullmatch(amount):
        raise ValidationError(str(_l("Write the amount as a decimal number in a string, such as 12.50.")))
    if not isinstance(currency, str) or currency not in i18n.IN_USE:
        raise ValidationError(str(_l("Not a currency we bill in.")))
    try:
        return Money.of(amount, currency)
    except ValueError as error:
        raise ValidationError(str(_l("The amount is too large or too precise."))) from error


def is_whole_coins(money: Money) -> bool:
    """Whether a card could be charged this amount."""
    return money == money.to_minor() and exponent(money.currency) >= 0


Language = validate.OneOf(tuple(i18n.LANGUAGES), error=_l("Choose a language from the list."))


def known(choices: Collection[str]) -> Callable[[str], None]:
    """As ``one_of``, for lists too long for the API's document."""

    def check(value: str) -> None:
        if value not in choices:
            raise ValidationError(str(_l("Choose one from the list.")))

    return check


def one_of(choices: list[str] | tuple[str, ...] | frozenset[str]) -> validate.OneOf:
    return validate.OneOf(sorted(choices), error=_l("Choose one from the list."))


class Whole(fields.Integer):
    """A whole number, from a form as its digits; a number with a fraction is none."""

    def __init__(self, *, least: int = 0, most: int = COUNT_MAX, **options: Any) -> None:  # noqa: ANN401  # The same.
        within = validate.Range(min=least, max=most, error=_l("Write a whole number from {min} to {max}."))
        super().__init__(validate=within, **options)

    def _validated(self, value: Any) -> int:  # noqa: ANN401  # Marshmallow's signature.
        if type(value) is not int and not (isinstance(value, str) and DIGITS.fullmatch(value.strip())):
            raise self.make_error("invalid")
        return super()._validated(value)
