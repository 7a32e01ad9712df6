"""What the API reads and answers about resold services."""

from marshmallow import Schema, fields, validate

from agency.foundation.schemas import FormSchema, MoneyField, StrictSchema, TypedId
from agency.plans.schemas.fields import DecimalText, Rate
from wallet.credits.schemas import Moment

FACTOR = validate.Range(min=0, min_inclusive=False, max=1000)
PERCENT = validate.Range(min=-99, max=1000)


class MarkupBody(StrictSchema):
    """Either the markup that all get, or the percents by which each changes; of all services where none is named."""

    markup = DecimalText(example="1.35", load_default=None, allow_none=True, validate=FACTOR)
    percent = DecimalText(example="10", load_default=None, allow_none=True, validate=PERCENT)
    product_ids = fields.List(TypedId("prd"), load_default=None, allow_none=True, metadata={"example": None})
    dry_run = fields.Boolean(load_default=True)


class MarkupForm(FormSchema):
    markup = DecimalText(load_default=None, validate=FACTOR)
    percent = DecimalText(load_default=None, validate=PERCENT)
    confirmed = fields.String()


class ResaleAnswer(Schema):
    """``markup`` is null where there is an own price; wholesale terms are for the agency alone."""

    product_id = TypedId("prd", attribute="product.id")
    name = fields.String(attribute="product.name")
    price_id = TypedId("pri", attribute="price.id")
    component = fields.String(attribute="price.component")
    meter = fields.String(attribute="price.meter.code", allow_none=True)
    currency = fields.String(attribute="price.currency")
    model = fields.String(attribute="price.terms.model")
    wholesale_cost = Rate(attribute="cost.terms.unit_price")
    markup = Rate(allow_none=True)
    unit_price = Rate(attribute="price.terms.unit_price")
    included_units = Rate(attribute="price.terms.included_units")
    maximum = Rate(attribute="price.terms.maximum", allow_none=True)
    overrides = fields.Integer(metadata={"description": "How many clients have a price of their own."})


class Resales(Schema):
    data = fields.List(fields.Nested(ResaleAnswer))
    next_cursor = fields.String(allow_none=True)


class MarkupDifference(Schema):
    sub_account_id = TypedId("sac")
    name = fields.String()
    quantity = Rate()
    before = MoneyField()
    after = MoneyField()
    change = MoneyField()
    keeps_own = fields.Boolean()


class MarkupLineAnswer(Schema):
    product_id = TypedId("prd", attribute="offer.product.id")
    price_id = TypedId("pri", attribute="offer.price.id")
    markup_before = Rate(attribute="offer.markup")
    markup_after = Rate(attribute="written.markup")
    unit_price_before = Rate(attribute="offer.price.terms.unit_price")
    unit_price_after = Rate(attribute="after.unit_price")
    clients = fields.List(fields.Nested(MarkupDifference))


class MarkupAnswer(Schema):
    """``id`` is null for a dry run."""

    id = TypedId("mkc", allow_none=True)
    lines = fields.List(fields.Nested(MarkupLineAnswer))


class MarkupChangeAnswer(Schema):
    id = TypedId("mkc")
    markup = Rate(allow_none=True)
    percent = Rate(allow_none=True)
    made_at = Moment()
    made_by = fields.String()
    undone_at = Moment(allow_none=True)


class MarkupChangesPage(Schema):
    data = fields.List(fields.Nested(MarkupChangeAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)
