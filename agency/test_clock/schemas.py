from marshmallow import fields

from agency.foundation.schemas import StrictSchema


class ClockAnswer(StrictSchema):
    """``now`` is the agency's present time; a live agency follows the real one."""

    now = fields.AwareDateTime(metadata={"example": "2026-03-31T12:00:00+00:00"})
    is_sandbox = fields.Boolean(metadata={"example": True})


class Advance(StrictSchema):
    to = fields.AwareDateTime(
        required=True,
        default_timezone=None,
        metadata={"description": "A time with its zone, not in the agency's past.", "example": "2026-04-30T12:00:00Z"},
    )
