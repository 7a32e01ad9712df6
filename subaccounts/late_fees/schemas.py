"""A rule of late fees as a form and programs send and read it."""

from decimal import Decimal

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from agency.foundation.schemas import MoneyField, StrictSchema
from agency.foundation.typed_amounts import AmountText, WalletForm
from subaccounts.invoices.routes.desk.forms import TypedDecimal
from subaccounts.late_fees.models import Repeats

DAYS = validate.Range(1, 366, error=_l("Between {min} and {max} days."))
PERCENT = validate.Range(Decimal(0), Decimal(100), min_inclusive=False, error=_l("More than 0 and at most 100."))
PERCENT_DIGITS = 6


class RuleForm(WalletForm):
    is_on = fields.Boolean(load_default=False)
    fixed = AmountText(load_default=None)
    percent = TypedDecimal(load_default=None, validate=PERCENT)
    after_days = fields.Integer(required=True, validate=DAYS)
    repeats = fields.Enum(Repeats, by_value=True, required=True)


class LateFeeRuleBody(StrictSchema):
    """Say a fixed amount, a percentage of what is left to pay, or both."""

    is_on = fields.Boolean(required=True)
    fixed = MoneyField(positive=True, load_default=None, allow_none=True)
    percent = fields.Decimal(
        places=PERCENT_DIGITS,
        as_string=True,
        load_default=None,
        allow_none=True,
        validate=PERCENT,
        metadata={"example": "1.5"},
    )
    after_days = fields.Integer(required=True, strict=True, validate=DAYS, metadata={"example": 7})
    repeats = fields.Enum(Repeats, by_value=True, required=True, metadata={"example": "once"})


class LateFeeRuleAnswer(StrictSchema):
    is_on = fields.Boolean()
    fixed = MoneyField(allow_none=True)
    percent = fields.Function(
        lambda rule: None if rule.percent is None else f"{rule.percent.normalize():f}", metadata={"example": "1.5"}
    )
    after_days = fields.Integer(metadata={"example": 7})
    repeats = fields.Enum(Repeats, by_value=True, metadata={"example": "once"})
    since = fields.Date(
        allow_none=True, metadata={"description": "Invoices issued before stay without.", "example": "2026-03-01"}
    )
