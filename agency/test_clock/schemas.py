from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, validate, validates_schema

from agency.foundation.schemas import FormSchema, QuerySchema, StrictSchema
from agency.test_clock.rules import Stride


class DueWorkAnswer(StrictSchema):
    work = fields.String(attribute="source.name", metadata={"example": "billing"})
    at = fields.AwareDateTime(metadata={"example": "2026-04-01T05:00:00+00:00"})


class ClockAnswer(StrictSchema):
    """``now`` is the agency's present time; a live agency follows the real one. ``due`` is what comes next."""

    now = fields.AwareDateTime(metadata={"example": "2026-03-31T12:00:00+00:00"})
    is_sandbox = fields.Boolean(metadata={"example": True})
    due = fields.List(fields.Nested(DueWorkAnswer))


class ClockStepAnswer(StrictSchema):
    work = fields.String(metadata={"example": "billing"})
    at = fields.AwareDateTime(metadata={"example": "2026-04-01T05:00:00+00:00"})


class ClockSteps(StrictSchema):
    data = fields.List(fields.Nested(ClockStepAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)


class Advance(StrictSchema):
    to = fields.AwareDateTime(
        required=True,
        default_timezone=None,
        metadata={"description": "A time with its zone, not in the agency's past.", "example": "2026-04-30T12:00:00Z"},
    )


class AdvanceForm(FormSchema):
    """``to`` is a time of the agency's own wall; ``stride`` is pressed instead of writing one."""

    to = fields.NaiveDateTime(
        error_messages={
            "invalid": _l("Write a day and a time."),
            "invalid_awareness": _l("Write a day and a time."),
        }
    )
    stride = fields.Enum(Stride, by_value=True)

    @validates_schema
    def names_one(self, data: dict[str, object], **_options: object) -> None:
        if not data:
            raise ValidationError(str(_l("Write a day and a time.")), "to")


class StepQuery(QuerySchema):
    cursor = fields.String(validate=validate.Length(max=60))
