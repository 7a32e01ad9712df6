from marshmallow import fields, validate

from agency.foundation.schemas import StrictSchema, TypedId
from subaccounts.usage.rules.answers import Outcome
from subaccounts.usage.rules.events import Fault
from subaccounts.usage.rules.ranges import Bucket

EVENT = {
    "id": "call-2026-03-31-0042",
    "sub_account_id": "sac_01hzy3v7k2e8mb4x9q0n5t6w1r",
    "meter": "call_minutes",
    "quantity": "3.5",
    "occurred_at": "2026-03-31T18:00:00Z",
    "member": "ana",
    "properties": {"to": "+1 512 555 0100"},
}


class UsageEventSchema(StrictSchema):
    """Documents an event; events themselves are read by ``rules.events``, which is much quicker."""

    id = fields.String(
        required=True,
        validate=validate.Length(1, 128),
        metadata={
            "description": "Yours, unique for the sub-account: sent twice it counts once.",
            "example": EVENT["id"],
        },
    )
    sub_account_id = TypedId("sac", metadata={"description": "Needless with a key of the sub-account itself."})
    meter = fields.String(required=True, metadata={"description": "A meter's code.", "example": EVENT["meter"]})
    quantity = fields.String(
        required=True,
        metadata={
            "description": "A decimal of zero or more; below zero in a correction alone.",
            "example": EVENT["quantity"],
        },
    )
    occurred_at = fields.String(
        required=True,
        metadata={
            "format": "date-time",
            "description": "With its zone; within as many days as the agency takes usage, at first 35.",
            "example": EVENT["occurred_at"],
        },
    )
    member = fields.String(
        allow_none=True,
        metadata={"description": "Who of the sub-account, as you name them.", "example": EVENT["member"]},
    )
    properties = fields.Dict(
        keys=fields.String(),
        allow_none=True,
        metadata={"description": "A flat object.", "example": EVENT["properties"]},
    )
    corrects = fields.String(
        allow_none=True,
        metadata={
            "description": "The id of an event of which this one takes ``quantity``, below zero, back.",
            "example": None,
        },
    )


class UsageEvents(StrictSchema):
    events = fields.List(
        fields.Nested(UsageEventSchema), required=True, validate=validate.Length(1, 1000), metadata={"example": [EVENT]}
    )


class UsageEventAnswer(StrictSchema):
    index = fields.Integer(metadata={"description": "The event's place in the list, from zero.", "example": 0})
    id = fields.String(allow_none=True, metadata={"example": EVENT["id"]})
    status = fields.String(validate=validate.OneOf(list(Outcome)), metadata={"example": Outcome.ACCEPTED.value})
    reason = fields.String(validate=validate.OneOf(list(Fault)), metadata={"description": "Of a rejected one."})
    detail = fields.String(metadata={"description": "The reason as a sentence."})


class UsageEventAnswers(StrictSchema):
    data = fields.List(
        fields.Nested(UsageEventAnswer),
        metadata={"example": [{"index": 0, "id": EVENT["id"], "status": Outcome.ACCEPTED.value}]},
    )


class UsageSummaryQuery(StrictSchema):
    sub_account_id = TypedId(
        "sac", metadata={"description": "Needless with a key of the sub-account itself.", "x-in-example": True}
    )
    start = fields.AwareDateTime(metadata={"description": "Inclusive; the beginning of this month."})
    end = fields.AwareDateTime(metadata={"description": "Exclusive; a month after the start's began."})
    bucket = fields.Enum(Bucket, by_value=True, load_default=Bucket.DAY, metadata={"example": "day"})
    meter = fields.String(metadata={"description": "A meter's code; every one without it.", "example": EVENT["meter"]})
    member = fields.String(metadata={"description": "What this member used alone.", "example": EVENT["member"]})
    by_member = fields.Boolean(load_default=False, metadata={"description": "A sum for each member."})


class UsageSum(StrictSchema):
    meter = fields.String(attribute="meter.code", metadata={"example": EVENT["meter"]})
    starts_at = fields.AwareDateTime(metadata={"description": "When the hour, day or month begins."})
    member = fields.String(
        allow_none=True,
        metadata={"description": "Empty where events named nobody; null where members are not told apart."},
    )
    quantity = fields.Function(
        lambda each: f"{each.quantity.normalize():f}", metadata={"type": "string", "example": EVENT["quantity"]}
    )


class UsageSummary(StrictSchema):
    start = fields.AwareDateTime()
    end = fields.AwareDateTime()
    bucket = fields.Enum(Bucket, by_value=True)
    time_zone = fields.String(metadata={"example": "America/Chicago"})
    data = fields.List(fields.Nested(UsageSum))
