from marshmallow import fields

from agency.foundation.schemas import StrictSchema, Text
from agency.plans.models.taxes import STANDARD
from agency.plans.rules.tax import Treatment
from agency.plans.schemas.fields import choice, percentage, short_code
from agency.tenants.schemas import CountryField, about


class NewTax(StrictSchema):
    """A rate of a category at a place; reverse charge and exemption have a reason instead."""

    name = Text(required=True, longest=80, metadata=about("What documents show.", "IVA"))
    percent = percentage(description="Of the amount after discounts.")
    category = short_code("Of the products it is on.", STANDARD, load_default=STANDARD)
    country = CountryField(allow_none=True)
    region = Text(longest=80, allow_none=True, metadata=about("A part of the country.", "Canarias"))
    treatment = choice(Treatment, "Taxed, or why not.", load_default=Treatment.TAXED.value)
    reason = Text(longest=300, allow_none=True, metadata=about("The ground that documents name.", "Art. 196"))
    effective_from = fields.AwareDateTime(
        default_timezone=None,
        metadata=about("The day it holds from; now, where nothing is said.", "2027-01-01T00:00:00Z"),
    )


class TaxChanges(StrictSchema):
    """Its rate never changes: archive it and add another."""

    name = Text(longest=80, metadata=about("What documents show.", "IVA"))
    archived = fields.Boolean()


class TaxAnswer(StrictSchema):
    id = fields.String(attribute="public_id", metadata={"example": "tax_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    name = fields.String(metadata={"example": "IVA"})
    percent = percentage()
    category = fields.String(metadata={"example": STANDARD})
    country = fields.String(allow_none=True, metadata={"example": "MX"})
    region = fields.String(allow_none=True)
    treatment = fields.String(metadata={"example": "taxed"})
    reason = fields.String(allow_none=True)
    effective_from = fields.AwareDateTime()
    archived = fields.Boolean(attribute="is_archived")
    created_at = fields.AwareDateTime()


class Taxes(StrictSchema):
    data = fields.List(fields.Nested(TaxAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)
