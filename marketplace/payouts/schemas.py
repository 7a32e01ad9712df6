"""What the API answers about payouts."""

from marshmallow import fields

from agency.foundation.schemas import MoneyField, StrictSchema, TypedId
from wallet.credits.schemas import Moment


class PayoutAnswer(StrictSchema):
    """Below zero where it takes back the one that it ``corrects``."""

    id = TypedId("pyt")
    amount = MoneyField()
    paid_on = fields.Date(metadata={"example": "2026-03-31"})
    reference = fields.String(metadata={"example": "WIRE-1042"})
    recorded_at = Moment()
    corrects_id = TypedId("pyt", allow_none=True)


class Payouts(StrictSchema):
    data = fields.List(fields.Nested(PayoutAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)


class PayoutAccountAnswer(StrictSchema):
    earned = MoneyField()
    paid = MoneyField()
    due = MoneyField()


class PayoutAccountList(StrictSchema):
    data = fields.List(fields.Nested(PayoutAccountAnswer))
    next_cursor = fields.String(allow_none=True)
