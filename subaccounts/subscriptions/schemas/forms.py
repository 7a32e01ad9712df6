"""What people fill in about a subscription."""

from marshmallow import fields

from agency.foundation.schemas import FormSchema, Text, TypedId
from agency.plans.schemas.fields import choice, count
from subaccounts.subscriptions.models.subscriptions import Collection
from subaccounts.subscriptions.rules.conventions import (
    TakesEffect,
)
from subaccounts.subscriptions.schemas.sent import QUANTITY_MAX, TRIAL_DAYS_MAX


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
