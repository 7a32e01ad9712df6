"""Subscriptions as JSON."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, pre_dump, validate, validates_schema

from agency.foundation.api import ListQuery
from agency.foundation.exact import to_micros
from agency.foundation.schemas import FormSchema, MoneyField, StrictSchema, Text, TypedId, one_of
from agency.plans.rules.components import Interval
from agency.plans.rules.terms import ZERO
from agency.plans.schemas.fields import choice, count
from agency.tenants.schemas import about
from subaccounts.subscriptions.models.course import ChangeState
from subaccounts.subscriptions.models.subscriptions import Collection, State, Unpaid
from subaccounts.subscriptions.operations.applying import read_terms
from subaccounts.subscriptions.operations.subscribing import Anchoring
from subaccounts.subscriptions.queries import Shown, coupon_codes
from subaccounts.subscriptions.rules.conventions import (
    CancelDay,
    Granularity,
    IntervalChange,
    MonthLength,
    TakesEffect,
)
from subaccounts.subscriptions.terms import Terms

QUANTITY_MAX = 100_000
TRIAL_DAYS_MAX = 730
DUE_DAYS_MAX = 365
INTERVALS_MAX = 60
LAST_DAY = 31
COUPONS_MAX = 10
ADD_ONS_MAX = 50


class AddOn(StrictSchema):
    price_id = TypedId("pri", required=True)
    quantity = count("How many.", least=0, most=QUANTITY_MAX, load_default=1)


class ConventionsFields(StrictSchema):
    """How parts of periods are billed; what is left out is as by default. Kept with the subscription."""

    granularity = choice(Granularity, "What is counted: days, seconds, or nothing.")
    month_length = choice(MonthLength, "Days as in the calendar, or 30 to every month.")
    cancel_day = choice(CancelDay, "Whether the day of a cancellation is paid.")
    interval_change = choice(IntervalChange, "What another interval does to the period that runs.")
    upgrade = choice(TakesEffect, "When an upgrade counts.")
    downgrade = choice(TakesEffect, "When a downgrade counts.")


class OfferFields(StrictSchema):
    """What is bought: a plan at an interval, or a base price by its id."""

    plan_id = TypedId("prd", metadata={"description": "A plan, or another product with a recurring base price."})
    price_id = TypedId("pri", metadata={"description": "The base price, instead of plan and interval."})
    interval = choice(Interval, "Which of the plan's base prices.")
    interval_count = count("Every so many intervals.", least=1, most=INTERVALS_MAX)
    quantity = count("Of the base price.", least=1, most=QUANTITY_MAX)
    seats = count("All seats, the included ones too.", least=0, most=QUANTITY_MAX)
    add_ons = fields.List(
        fields.Nested(AddOn), validate=validate.Length(max=ADD_ONS_MAX, error=_l("Use at most {max}."))
    )

    @validates_schema
    def each_once(self, data: dict[str, Any], **_options: object) -> None:
        named = [add_on["price_id"] for add_on in data.get("add_ons", [])]
        if len(set(named)) < len(named):
            raise ValidationError({"add_ons": [str(_l("Name each add-on once, with its quantity."))]})


class NewSubscription(OfferFields):
    sub_account_id = TypedId("sac", required=True)
    coupons = fields.List(
        Text(longest=80), load_default=list, validate=validate.Length(max=COUPONS_MAX, error=_l("Use at most {max}."))
    )
    trial_days = count("As the plan has it, where nothing is said.", least=0, most=TRIAL_DAYS_MAX, allow_none=True)
    anchoring = choice(Anchoring, "Where periods begin.", load_default=Anchoring.ANNIVERSARY)
    anchor_day = count("Periods of months begin on that day.", least=1, most=LAST_DAY, allow_none=True)
    collection = choice(Collection, "How it is collected.", load_default=Collection.CARD)
    due_days = count("Of an invoice.", least=0, most=DUE_DAYS_MAX, load_default=0)
    unpaid = choice(Unpaid, "What follows when every try to collect failed.", load_default=Unpaid.PAUSE)
    conventions = fields.Nested(ConventionsFields, load_default=dict)

    @validates_schema
    def name_one(self, data: dict[str, Any], **_options: object) -> None:
        if not data.get("plan_id") and not data.get("price_id"):
            raise ValidationError({"plan_id": [str(_l("This field is needed."))]})


class ChangeFields(OfferFields):
    """What is left out stays."""

    takes_effect = choice(TakesEffect, "When; as the subscription's conventions say, where nothing is said.")
    at = fields.AwareDateTime(
        default_timezone=None, metadata=about("A moment within the period that runs.", "2026-04-01T05:00:00Z")
    )


class SubscriptionPauseReason(StrictSchema):
    reason = Text(longest=200, load_default="", metadata=about("Why; the client reads it.", "Closed for the summer"))


class CancellationFields(SubscriptionPauseReason):
    takes_effect = choice(
        TakesEffect, "Now, with credit for the rest, or at the period's end.", load_default=TakesEffect.PERIOD_END
    )


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


class SubscriptionQuery(ListQuery):
    sub_account_id = TypedId("sac")
    plan_id = TypedId("prd", attribute="product_id")
    state = choice(State, "")
    running = fields.Boolean(metadata={"description": "Whether it has not ended."})


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


class PauseForm(FormSchema):
    reason = Text(longest=200, load_default="")


class CancellationForm(PauseForm):
    takes_effect = choice(TakesEffect, "", load_default=TakesEffect.PERIOD_END)


class ChangeForm(FormSchema):
    """``confirmed`` is the total that was shown when somebody confirmed it."""

    price_id = TypedId("pri", required=True)
    seats = count("", least=0, most=QUANTITY_MAX)
    takes_effect = choice(TakesEffect, "")
    confirmed = fields.String()


class SubscribeForm(FormSchema):
    price_id = TypedId("pri", required=True)
    seats = count("", least=0, most=QUANTITY_MAX)
    coupon = Text(longest=80)
    trial_days = count("", least=0, most=TRIAL_DAYS_MAX)
    collection = choice(Collection, "", load_default=Collection.CARD)
    confirmed = fields.String()
