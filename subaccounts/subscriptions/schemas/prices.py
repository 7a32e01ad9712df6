"""What programs and forms say and read of rehearsing prices and moving to them."""

from marshmallow import fields

from agency.foundation.schemas import FormSchema, MoneyField, QuerySchema, StrictSchema, TypedId, Whole, one_of
from agency.plans.rehearsals import MONTHS_MAX
from agency.plans.schemas.fields import choice
from agency.plans.schemas.prices import NewVersion
from subaccounts.subscriptions.rules.conventions import TakesEffect

WHICH = ("all", "ticked")


class NewRehearsal(NewVersion):
    """The terms to try, and how many months back."""

    months = Whole(least=1, most=MONTHS_MAX, load_default=1, metadata={"example": 3})


class ClientRehearsalAnswer(StrictSchema):
    sub_account_id = TypedId("sac")
    before = MoneyField()
    after = MoneyField()
    difference = MoneyField()


class RehearsalAnswer(StrictSchema):
    """What was billed between the two moments, before tax, and what it would have been."""

    since = fields.AwareDateTime()
    until = fields.AwareDateTime()
    clients = fields.List(fields.Nested(ClientRehearsalAnswer))
    before = MoneyField()
    after = MoneyField()
    difference = MoneyField()


class MoveQuery(QuerySchema):
    takes_effect = choice(TakesEffect, "", load_default=TakesEffect.PERIOD_END)


class MoveForm(FormSchema):
    """``which``: everybody who has another version, or those that are ticked."""

    takes_effect = choice(TakesEffect, "", required=True)
    which = fields.String(validate=one_of(WHICH), load_default="all")
    subscription_ids = fields.List(TypedId("sub"), load_default=list)


class NewMove(StrictSchema):
    takes_effect = choice(TakesEffect, "At once with proration, or each with its next renewal.", required=True)
    subscription_ids = fields.List(
        TypedId("sub"),
        load_default=None,
        allow_none=True,
        metadata={"description": "Those to move; left out, everybody who has another version."},
    )


class MoveTrialAnswer(StrictSchema):
    subscription_id = TypedId("sub", attribute="subscription.id")
    sub_account_id = TypedId("sac", attribute="subscription.sub_account_id")
    before = MoneyField(metadata={"description": "Its renewal at the present price, with tax."})
    after = MoneyField(metadata={"description": "Its renewal at the new price, with tax."})
    difference = MoneyField()
    bill = MoneyField(attribute="bill.total", metadata={"description": "What moving it now would bill, with tax."})
    reason = fields.String(allow_none=True, metadata={"description": "Why it would be left.", "example": "own_price"})


class MoveTrials(StrictSchema):
    data = fields.List(fields.Nested(MoveTrialAnswer))


class MovedAnswer(StrictSchema):
    subscription_id = TypedId("sub")
    sub_account_id = TypedId("sac")
    state = fields.String(metadata={"example": "planned"})
    reason = fields.String(allow_none=True)
    before = MoneyField(allow_none=True)
    after = MoneyField(allow_none=True)
    difference = MoneyField(allow_none=True)


class MoveAnswer(StrictSchema):
    id = fields.String(attribute="move.public_id", metadata={"example": "pmv_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    price_id = TypedId("pri", attribute="move.price_id")
    takes_effect = fields.String(attribute="move.takes_effect", metadata={"example": "period_end"})
    requested_at = fields.AwareDateTime(attribute="move.requested_at")
    requested_by = fields.String(attribute="move.requested_by")
    undone_at = fields.AwareDateTime(attribute="move.undone_at", allow_none=True)
    subscriptions = fields.List(fields.Nested(MovedAnswer))
