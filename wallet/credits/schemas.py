"""What the API reads and answers about wallets."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from marshmallow import Schema, fields, pre_dump, validate

from agency.foundation.api import ListQuery
from agency.foundation.money import Money
from agency.foundation.schemas import MoneyField, QuerySchema, StrictSchema, Text, TypedId, one_of
from wallet.credits.models.holds import HoldState
from wallet.credits.rules.lots import LotKind
from wallet.ledger.codes import Code

METER = validate.Regexp(r"^[a-z0-9][a-z0-9_.-]{0,63}$")
HISTORY_KINDS = (
    Code.TOP_UP,
    Code.BONUS,
    Code.GRANT,
    Code.USAGE,
    Code.CHARGE,
    Code.ADJUSTMENT,
    Code.CAPTURE,
    Code.GIVEN_BACK,
    Code.CREDIT_EXPIRED,
    Code.REFUND,
    Code.REFUND_UNDONE,
    Code.CHARGEBACK,
    Code.CHARGEBACK_WON,
    Code.OWED_PAID,
    Code.MOVED,
    Code.CLOSED_OUT,
)


class Moment(fields.AwareDateTime):
    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # Marshmallow's own options.
        super().__init__(default_timezone=None, **options)


def _meter(**options: Any) -> fields.String:  # noqa: ANN401  # The same.
    return fields.String(
        validate=METER, metadata={"description": "Code of the meter it is for.", "example": "sms_segments"}, **options
    )


def _product() -> TypedId:
    return TypedId("prd", allow_none=True)


class Runway(Schema):
    """At the pace of the last 30 days; nulls where nothing is being spent."""

    runs_dry_at = Moment(allow_none=True)
    days = fields.Integer(allow_none=True)


class WalletAnswer(Schema):
    """``balance`` = purchased + complimentary - owed; ``available`` is what new work may spend on anything."""

    sub_account_id = TypedId("sac")
    balance = MoneyField()
    purchased = MoneyField()
    complimentary = MoneyField()
    owed = MoneyField()
    held = MoneyField()
    available = MoneyField()
    bound = MoneyField(metadata={"description": "Credit that pays for some meters alone."})
    overdraft = MoneyField(metadata={"description": "How far new work may go beyond zero."})
    runway = fields.Nested(Runway)


class LotAnswer(Schema):
    id = TypedId("lot")
    kind = fields.String(validate=one_of([kind.value for kind in LotKind]))
    granted = MoneyField()
    remaining = MoneyField()
    held = MoneyField()
    meters = fields.List(fields.String(), allow_none=True)
    priority = fields.Integer()
    description = fields.String()
    effective_at = Moment()
    expires_at = Moment(allow_none=True)

    @pre_dump
    def with_money(self, lot: Any, **_: object) -> Mapping[str, object]:  # noqa: ANN401  # A row of lots.
        sums = {name: Money(getattr(lot, name), lot.currency) for name in ("granted", "remaining", "held")}
        names = ("id", "kind", "meters", "priority", "description", "effective_at", "expires_at")
        return sums | {name: getattr(lot, name) for name in names}


class Lots(Schema):
    data = fields.List(fields.Nested(LotAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)


class ShareAnswer(Schema):
    lot_id = TypedId("lot")
    kind = fields.String()
    amount = MoneyField()


class TransactionAnswer(Schema):
    """``amount`` is by how much the balance changed; ``lots`` say which credit paid (below zero: was given back)."""

    id = TypedId("txn")
    kind = fields.String(validate=one_of([kind.value for kind in HISTORY_KINDS]))
    amount = MoneyField()
    purchased = MoneyField(attribute="purchased_change")
    complimentary = MoneyField(attribute="complimentary_change")
    owed = MoneyField(attribute="owed_change")
    balance = MoneyField(metadata={"description": "What stood after it."})
    description = fields.String()
    meter = fields.String(allow_none=True)
    product_id = _product()
    refers_to_id = TypedId("txn", allow_none=True)
    effective_at = Moment()
    booked_at = Moment()
    lots = fields.List(fields.Nested(ShareAnswer))


class Transactions(Schema):
    data = fields.List(fields.Nested(TransactionAnswer))
    next_cursor = fields.String(allow_none=True)


class TransactionQuery(ListQuery):
    kind = fields.String(validate=one_of([kind.value for kind in HISTORY_KINDS]))
    product_id = TypedId("prd")
    start = Moment()
    end = Moment()


class StepAnswer(Schema):
    kind = fields.String()
    title = fields.String()
    detail = fields.String()
    amount = MoneyField(allow_none=True)
    subject = fields.String(allow_none=True)


class Explanation(Schema):
    data = fields.List(fields.Nested(StepAnswer))


class FundsWish(StrictSchema):
    amount = MoneyField(required=True, positive=True)
    meter = _meter(allow_none=True)


class FundsQuery(QuerySchema):
    amount = fields.String(required=True, metadata={"example": "0.50"})
    currency = fields.String(required=True, metadata={"example": "USD"})
    meter = _meter()


class FundsAnswer(Schema):
    has_funds = fields.Boolean()
    available = MoneyField()


class NewGrant(StrictSchema):
    amount = MoneyField(required=True, positive=True)
    reason = Text(required=True, longest=200, metadata={"example": "Welcome credit"})
    expires_at = Moment(allow_none=True)
    meters = fields.List(_meter(), validate=validate.Length(1, 20), allow_none=True)
    priority = fields.Integer(load_default=0, strict=True, validate=validate.Range(-100, 100))


class NewSpending(StrictSchema):
    amount = MoneyField(required=True, positive=True)
    description = Text(load_default="", longest=200, metadata={"example": "120 text messages"})
    meter = _meter(allow_none=True, load_default=None)
    product_id = TypedId("prd", allow_none=True, load_default=None)


HOLD_TIME_MAX = timedelta(days=31)


class NewHold(NewSpending):
    expires_at = Moment(allow_none=True, metadata={"description": "At most 31 days ahead; a day where left out."})


class NewCapture(StrictSchema):
    """All of the hold where no amount is sent; what is not captured is released."""

    amount = MoneyField(positive=True, allow_none=True)
    description = Text(load_default="", longest=200)


class HoldAnswer(Schema):
    id = TypedId("hld")
    state = fields.String(validate=one_of([state.value for state in HoldState]))
    amount = MoneyField(attribute="money")
    captured = MoneyField(attribute="captured_money")
    description = fields.String()
    meter = fields.String(allow_none=True)
    product_id = _product()
    created_at = Moment()
    expires_at = Moment()
    ended_at = Moment(allow_none=True)
    transaction_id = TypedId("txn", allow_none=True)


class Holds(Schema):
    data = fields.List(fields.Nested(HoldAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)


def days_left(runs_dry_at: datetime | None, now: datetime) -> int | None:
    return None if runs_dry_at is None else (runs_dry_at - now).days
