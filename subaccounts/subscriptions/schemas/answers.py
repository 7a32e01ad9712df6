"""Subscriptions as JSON."""

from typing import Any

from marshmallow import fields, pre_dump

from agency.foundation.exact import to_micros
from agency.foundation.schemas import MoneyField, StrictSchema, TypedId, one_of
from agency.plans.rules.terms import ZERO
from agency.tenants.schemas import about
from subaccounts.subscriptions.models.course import ChangeState
from subaccounts.subscriptions.models.subscriptions import State
from subaccounts.subscriptions.operations.applying import read_terms
from subaccounts.subscriptions.queries import Shown, coupon_codes
from subaccounts.subscriptions.terms import Terms


class LineAnswer(StrictSchema):
    id = fields.String(attribute="public_id", metadata={"example": "bln_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    price_id = TypedId("pri")
    product_id = TypedId("prd")
    quantity = fields.Integer()
    period_start = fields.AwareDateTime()
    period_end = fields.AwareDateTime()
    share = fields.String(metadata=about("Of a full period, as a fraction.", "17/31"))
    discount = MoneyField()
    amount = MoneyField(metadata={"description": "After the discount, before tax; below zero for a credit."})
    tax = MoneyField()
    billed_at = fields.AwareDateTime()


class BillAnswer(StrictSchema):
    """What would be, or was, billed together."""

    lines = fields.List(fields.Nested(LineAnswer))
    net = MoneyField()
    tax = MoneyField()
    total = MoneyField(metadata={"description": "Below zero: credit for the account."})


class ItemAnswer(StrictSchema):
    price_id = TypedId("pri")
    component = fields.String(metadata={"example": "base"})
    name = fields.String()
    quantity = fields.Integer()
    amount = MoneyField(metadata={"description": "Of a full period, before discounts and tax."})


class ChangeAnswer(StrictSchema):
    id = fields.String(attribute="public_id", metadata={"example": "chn_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    state = fields.String(validate=one_of([str(state) for state in ChangeState]), metadata={"example": "planned"})
    at = fields.AwareDateTime()
    plan_id = TypedId("prd")
    interval = fields.String()
    interval_count = fields.Integer()
    items = fields.List(fields.Nested(ItemAnswer))
    requested_at = fields.AwareDateTime()
    requested_by = fields.String()

    @pre_dump
    def spread(self, row: Any, **_options: object) -> dict[str, Any]:  # noqa: ANN401  # A change.
        same = ("public_id", "state", "at", "requested_at", "requested_by")
        return {name: getattr(row, name) for name in same} | terms_told(read_terms(row.terms))


def terms_told(terms: Terms) -> dict[str, Any]:
    return {
        "plan_id": terms.product.id,
        "interval": terms.cadence.interval,
        "interval_count": terms.cadence.every,
        "items": [
            {
                "price_id": item.price.id,
                "component": item.price.component,
                "name": item.price.name,
                "quantity": item.quantity,
                "amount": to_micros(terms.price_of(item) if item.quantity else ZERO, item.price.currency),
            }
            for item in terms.items
        ],
    }


_ROW = (
    *("public_id", "sub_account_id", "currency", "state", "collection", "due_days", "unpaid", "started_at"),
    *("trial_ends_at", "current_start", "current_end", "ends_at", "ended_at", "conventions", "created_at"),
)


class SubscriptionAnswer(StrictSchema):
    id = fields.String(attribute="public_id", metadata={"example": "sub_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    sub_account_id = TypedId("sac")
    plan_id = TypedId("prd")
    plan_name = fields.String(metadata={"example": "Growth"})
    state = fields.String(validate=one_of([str(state) for state in State]), metadata={"example": "active"})
    currency = fields.String(metadata={"example": "USD"})
    interval = fields.String(metadata={"example": "month"})
    interval_count = fields.Integer(metadata={"example": 1})
    items = fields.List(fields.Nested(ItemAnswer))
    coupons = fields.List(fields.String())
    collection = fields.String()
    due_days = fields.Integer()
    unpaid = fields.String()
    conventions = fields.Dict(keys=fields.String(), values=fields.String())
    started_at = fields.AwareDateTime()
    trial_ends_at = fields.AwareDateTime(allow_none=True)
    current_period_start = fields.AwareDateTime(attribute="current_start")
    current_period_end = fields.AwareDateTime(attribute="current_end")
    renews_at = fields.AwareDateTime(allow_none=True)
    renewal_amount = MoneyField(allow_none=True, metadata={"description": "With discounts and tax."})
    ends_at = fields.AwareDateTime(allow_none=True)
    ended_at = fields.AwareDateTime(allow_none=True)
    changes = fields.List(fields.Nested(ChangeAnswer), metadata={"description": "Those that are planned."})
    created_at = fields.AwareDateTime()

    @pre_dump
    def spread(self, shown: Shown, **_options: object) -> dict[str, Any]:
        held = shown.holding
        row = held.subscription
        conventions = row.conventions
        return {name: getattr(row, name) for name in _ROW} | {
            **terms_told(held.terms),
            "plan_name": held.terms.product.name,
            "coupons": coupon_codes(held),
            "conventions": {name: str(getattr(conventions, name)) for name in conventions.__dataclass_fields__},
            "renews_at": shown.renews_at,
            "renewal_amount": shown.amount,
            "changes": held.planned,
        }


class Subscriptions(StrictSchema):
    data = fields.List(fields.Nested(SubscriptionAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)


class SubscriptionPreview(StrictSchema):
    """What subscribing now would bill at once, and when it renews for how much."""

    state = fields.String(metadata={"example": "trialing"})
    now = fields.Nested(BillAnswer, allow_none=True)
    renews_at = fields.AwareDateTime()
    renewal = fields.Nested(BillAnswer)


class ChangePreviewAnswer(StrictSchema):
    at = fields.AwareDateTime()
    counts_from = fields.AwareDateTime(metadata={"description": "The start of the day, where days are counted."})
    is_now = fields.Boolean()
    bill = fields.Nested(BillAnswer)


class SubscriptionPauseAnswer(StrictSchema):
    reason = fields.String()
    kind = fields.String(metadata={"example": "asked"})
    began_at = fields.AwareDateTime()
    began_by = fields.String()


class CancellationAnswer(StrictSchema):
    reason = fields.String()
    ends_at = fields.AwareDateTime()
    requested_at = fields.AwareDateTime()
    requested_by = fields.String()


class HistoryAnswer(StrictSchema):
    id = fields.String(attribute="public_id", metadata={"example": "hst_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    kind = fields.String(metadata={"example": "billed"})
    at = fields.AwareDateTime()
    by = fields.String()
    plan_id = TypedId("prd", attribute="product_id")
    note = fields.String()
    period_start = fields.AwareDateTime(allow_none=True)
    period_end = fields.AwareDateTime(allow_none=True)
    amount = MoneyField(allow_none=True, metadata={"description": "What it billed, with tax."})


class History(StrictSchema):
    data = fields.List(fields.Nested(HistoryAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)


class Lines(StrictSchema):
    data = fields.List(fields.Nested(LineAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)
