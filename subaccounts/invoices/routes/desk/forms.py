"""The forms of the desk."""

from decimal import Decimal
from typing import Any

from babel.numbers import get_decimal_symbol
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, validate

from agency.foundation.schemas import Email, FormSchema, Text, TypedId, one_of
from agency.foundation.typed_amounts import plain_decimal
from agency.plans.rules.tax import Rounding
from subaccounts.invoices.models.sellers import Grouping

DIGITS_MAX = 12
NO_TAX, KEEP = "", "keep"


class TypedDecimal(fields.Field[Decimal]):
    """A number as people type it: ``1,5`` or ``1.5``; a minus makes a discount of a price."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:  # noqa: ANN401, ARG002  # Marshmallow's signature.
        typed = str(value).strip().replace("\u2212", "-")
        plain = plain_decimal(typed.removeprefix("-"), decimal_mark=get_decimal_symbol(get_locale()))
        if plain is None or len(plain.partition(".")[0]) > DIGITS_MAX or len(plain.partition(".")[2]) > DIGITS_MAX:
            raise ValidationError(str(_l("Write a number such as 17.25.")))
        return Decimal(plain) * (-1 if typed.startswith("-") else 1)


class NewDraftForm(FormSchema):
    payer = fields.String(required=True)
    period_start = fields.Date(load_default=None)
    period_end = fields.Date(load_default=None)


class DraftForm(FormSchema):
    """``period_end`` is the last day here, as people say it."""

    period_start = fields.Date(load_default=None)
    period_end = fields.Date(load_default=None)
    due_on = fields.Date(load_default=None)
    purchase_order = Text(longest=80, load_default=None)
    beneficiary = Text(longest=200, load_default=None)
    notes = Text(longest=2000, lines=True, load_default=None)
    terms = Text(longest=2000, lines=True, load_default=None)


class LineForm(FormSchema):
    description = Text(required=True, longest=500)
    quantity = TypedDecimal(load_default=Decimal(1))
    unit = Text(longest=20, load_default=None)
    unit_price = TypedDecimal(required=True)
    tax = fields.String(load_default=NO_TAX)
    provider_id = TypedId("prv", load_default=None)


class TermsForm(FormSchema):
    legal_name = Text(longest=200, load_default=None)
    address = Text(longest=500, lines=True, load_default=None)
    tax_id = Text(longest=60, load_default=None)
    email = Email(load_default=None)
    due_days = fields.Integer(required=True, validate=validate.Range(0, 366, error=_l("Between {min} and {max} days.")))
    grace_hours = fields.Integer(
        load_default=None, validate=validate.Range(0, 720, error=_l("Between {min} and {max} hours."))
    )
    prices_include_tax = fields.Boolean(load_default=False)
    rounding = fields.Enum(Rounding, by_value=True, required=True)
    grouping = fields.Enum(Grouping, by_value=True, required=True)
    invoice_prefix = Text(required=True, longest=12)
    credit_note_prefix = Text(required=True, longest=12)
    custom_fields = Text(longest=500, lines=True, load_default="")
    notes = Text(longest=2000, lines=True, load_default=None)
    terms = Text(longest=2000, lines=True, load_default=None)
    how_to_pay = Text(longest=1000, lines=True, load_default=None)
    tax_ids_shown = fields.Boolean(load_default=False)


class ProviderForm(FormSchema):
    name = Text(required=True, longest=200)
    licence_number = Text(longest=60, load_default=None)
    phone = Text(longest=40, load_default=None)
    email = Email(load_default=None)


class CreditForm(FormSchema):
    """With a field ``line_<id>`` for each line, read by the view."""

    reason = Text(required=True, longest=500)
    rest = fields.String(load_default="credit", validate=one_of(("credit", "refund")))
    notify = fields.Boolean(load_default=False)
