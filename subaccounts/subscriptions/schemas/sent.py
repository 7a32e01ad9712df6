"""What programs send about subscriptions."""

from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, validate, validates_schema

from agency.foundation.api import ListQuery
from agency.foundation.schemas import StrictSchema, Text, TypedId
from agency.plans.rules.components import Interval
from agency.plans.schemas.fields import choice, count
from agency.tenants.schemas import about
from subaccounts.subscriptions.models.subscriptions import Collection, State, Unpaid
from subaccounts.subscriptions.operations.subscribing import Anchoring
from subaccounts.subscriptions.rules.conventions import (
    CancelDay,
    Granularity,
    IntervalChange,
    MonthLength,
    TakesEffect,
)

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


class SubscriptionQuery(ListQuery):
    sub_account_id = TypedId("sac")
    plan_id = TypedId("prd", attribute="product_id")
    state = choice(State, "")
    running = fields.Boolean(metadata={"description": "Whether it has not ended."})
