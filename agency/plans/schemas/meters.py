from marshmallow import fields

from agency.foundation.api import ListQuery
from agency.foundation.schemas import StrictSchema, Text
from agency.plans.rules.aggregation import Aggregation
from agency.plans.schemas.fields import choice, short_code
from agency.tenants.schemas import about


class NewMeter(StrictSchema):
    code = short_code("What usage events name it by; fixed.", "gigabytes", required=True)
    name = Text(required=True, longest=80, metadata=about("What people call it.", "Storage"))
    unit = Text(required=True, longest=40, metadata=about("One of what it counts.", "GB"))
    aggregation = choice(Aggregation, "How events make a quantity; fixed.", load_default=Aggregation.SUM.value)
    unique_by = short_code("The property a unique count tells apart by; its member where left out.", "contact")


class MeterChanges(StrictSchema):
    """Only what is sent is changed; the built-in ones can only be archived."""

    name = Text(longest=80, metadata=about("What people call it.", "Storage"))
    unit = Text(longest=40, metadata=about("One of what it counts.", "GB"))
    archived = fields.Boolean()


class MeterAnswer(StrictSchema):
    id = fields.String(attribute="public_id", metadata={"example": "mtr_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    code = fields.String(metadata={"example": "emails"})
    name = fields.String(metadata={"example": "E-mails sent"})
    unit = fields.String(metadata={"example": "e-mail"})
    aggregation = fields.String(metadata={"example": "sum"})
    unique_by = fields.String(allow_none=True)
    built_in = fields.Boolean(attribute="is_built_in")
    archived = fields.Boolean(attribute="is_archived")
    created_at = fields.AwareDateTime()


class Meters(StrictSchema):
    data = fields.List(fields.Nested(MeterAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)


class ArchivableQuery(ListQuery):
    """What lists of the catalogue take."""

    archived = fields.Boolean(metadata={"description": "Only archived ones, or only those that are not."})
