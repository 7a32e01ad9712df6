from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from agency.foundation.schemas import MoneyField, StrictSchema, Text, TypedId
from agency.plans.rules.coupons import Duration
from agency.plans.schemas.fields import choice, count, percentage
from agency.tenants.schemas import about

PERIODS_MAX = 120
CODE = validate.Regexp(r"^[A-Za-z0-9][A-Za-z0-9_-]{1,39}$", error=_l("Use 2 to 40 letters, digits, - and _."))


def _expiry(**options: Any) -> fields.AwareDateTime:  # noqa: ANN401  # Marshmallow's own options.
    said = about("From then on it cannot be redeemed.", "2027-01-01T00:00:00Z")
    return fields.AwareDateTime(default_timezone=None, metadata=said, **options)


class NewCoupon(StrictSchema):
    """Either ``percent`` or ``amount``."""

    code = fields.String(required=True, validate=CODE, metadata=about("What clients type.", "WELCOME20"))
    name = Text(longest=120, load_default="", metadata=about("What documents show.", "Welcome"))
    percent = percentage(description="Percent off.")
    amount = MoneyField(positive=True)
    duration = choice(Duration, "For one bill, for so many periods, or for ever.", load_default=Duration.ONCE.value)
    periods = count("Of the duration `periods`.", 3, least=1, most=PERIODS_MAX)
    carries_over = fields.Boolean(
        load_default=False,
        metadata={"description": "Whether an amount once keeps for the next bill what one could not use."},
    )
    product_ids = fields.List(
        TypedId("prd"),
        load_default=list,
        validate=validate.Length(max=100, error=_l("Use at most {max}.")),
        metadata={"description": "Only for these; all, where none are named."},
    )
    redeem_by = _expiry()
    redemptions_max = count("The most redemptions of all clients together.", 100, least=1)
    redemptions_per_sub_account = count("The most of one client.", 1, least=1)


class CouponChanges(StrictSchema):
    """Only what is sent is changed; null takes a limit away. What it takes off is fixed."""

    name = Text(longest=120, metadata=about("What documents show.", "Welcome"))
    redeem_by = _expiry(allow_none=True)
    redemptions_max = count("The most redemptions of all clients together.", 100, least=1, allow_none=True)
    redemptions_per_sub_account = count("The most of one client.", 1, least=1, allow_none=True)
    archived = fields.Boolean()


class CouponAnswer(StrictSchema):
    id = fields.String(attribute="public_id", metadata={"example": "cpn_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    code = fields.String(metadata={"example": "WELCOME20"})
    name = fields.String()
    percent = percentage(allow_none=True)
    amount = MoneyField(allow_none=True)
    duration = fields.String(metadata={"example": "periods"})
    periods = fields.Integer(allow_none=True, metadata={"example": 3})
    carries_over = fields.Boolean()
    product_ids = fields.List(TypedId("prd"))
    redeem_by = fields.AwareDateTime(allow_none=True)
    redemptions_max = fields.Integer(allow_none=True)
    redemptions_per_sub_account = fields.Integer(allow_none=True)
    redemptions = fields.Integer(metadata={"example": 12})
    archived = fields.Boolean(attribute="is_archived")
    created_at = fields.AwareDateTime()


class Coupons(StrictSchema):
    data = fields.List(fields.Nested(CouponAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)
