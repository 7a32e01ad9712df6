from dataclasses import fields as fields_of
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import INCLUDE, ValidationError, fields, pre_dump, validate, validates_schema

from agency.foundation.api import ListQuery
from agency.foundation.schemas import SCHEMA_WORDS, MoneyField, StrictSchema, Text, TypedId
from agency.plans.models.columns import terms_as_json
from agency.plans.models.prices import Price
from agency.plans.rules.components import Component, Interval
from agency.plans.rules.terms import PriceTerms
from agency.plans.schemas.fields import DecimalText, Quantity, Rate, choice, count, short_code
from agency.plans.schemas.terms import TermsSchema
from agency.tenants.schemas import about

INTERVALS_MAX = 60
TRANSACTIONS_MAX = 1000
IMMUTABLE = _l("A price never changes. Make a new version of it at /prices/{id}/versions.")

ROW = (
    *("product_id", "line_id", "version", "sub_account_id", "component", "name", "interval", "interval_count"),
    *("currency", "effective_from", "created_at", "created_by"),
)


def _begins(**options: Any) -> fields.AwareDateTime:  # noqa: ANN401  # Marshmallow's own options.
    said = about("When it begins to be sold; now, where nothing is said.", "2026-04-01T00:00:00Z")
    return fields.AwareDateTime(default_timezone=None, metadata=said, **options)


class PriceLine(TermsSchema):
    """One line of a price list. Without a component: a metered price is usage, a recurring one the base."""

    component = choice(Component, "What is paid for.")
    name = Text(longest=120, load_default="", metadata=about("Tells apart what is alike otherwise.", "Founders"))
    meter = short_code("The code of the meter, for usage.", "emails")
    interval = choice(Interval, "How often it is asked for; left out of what is paid once.")
    interval_count = count("Every so many of them.", least=1, most=INTERVALS_MAX, load_default=1)
    effective_from = _begins()


class NewPrice(PriceLine):
    product_id = TypedId("prd", required=True)


class NewVersion(TermsSchema):
    """The terms from then on, for everybody or for one sub-account alone."""

    effective_from = _begins()
    sub_account_id = TypedId("sac", allow_none=True)


class PriceChanges(StrictSchema):
    """Whether it is sold is all that can change."""

    archived = fields.Boolean(required=True)

    class Meta:
        unknown = INCLUDE  # Answered below, with more than that there is no such field.

    @validates_schema
    def explain(self, data: dict[str, Any], **_options: object) -> None:
        known = PriceAnswer().fields.keys()
        unknown = str(SCHEMA_WORDS["unknown"])
        others = data.keys() - {"archived"}
        if errors := {name: [str(IMMUTABLE) if name in known else unknown] for name in others}:
            raise ValidationError(errors)


class PriceAnswer(TermsSchema):
    """One version of a line. The amounts are what clients pay: a markup is inside them."""

    id = fields.String(metadata={"example": "pri_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    product_id = TypedId("prd")
    line_id = TypedId("pri")
    version = fields.Integer(metadata={"example": 2})
    sub_account_id = TypedId("sac", allow_none=True)
    component = fields.String(metadata={"example": "usage"})
    name = fields.String()
    meter = fields.String(allow_none=True, metadata={"example": "emails"})
    interval = fields.String(allow_none=True, metadata={"example": "month"})
    interval_count = fields.Integer(allow_none=True, metadata={"example": 1})
    markup = Rate("The factor on wholesale amounts that is inside the prices.", "1.35", allow_none=True)
    effective_from = fields.AwareDateTime()
    created_at = fields.AwareDateTime()
    created_by = fields.String(metadata={"example": "Ana Ruiz"})
    archived = fields.Boolean()

    @pre_dump
    def spread(self, price: Price, **_options: object) -> dict[str, Any]:
        """The terms stand beside the rest, as they are sent."""
        cost = price.cost
        return _said(price.terms) | {
            **{name: getattr(price, name) for name in ROW},
            "id": price.public_id,
            "meter": price.meter.code if price.meter else None,
            "archived": price.is_archived,
            "markup": cost.markup if cost else None,
            "wholesale_cost": cost.terms.unit_price if cost and not cost.terms.tiers else None,
        }


def _said(terms: PriceTerms) -> dict[str, Any]:
    values = {field.name: getattr(terms, field.name) for field in fields_of(terms)}
    return {name: values[name] for name in terms_as_json(terms)}


class Prices(StrictSchema):
    data = fields.List(fields.Nested(PriceAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)


class PriceQuery(ListQuery):
    product_id = TypedId("prd")
    sub_account_id = TypedId("sac")
    archived = fields.Boolean()


class PriceQuestion(TermsSchema):
    """Terms, and what to ask of them."""

    quantity = Quantity("All units of a period.", "12000", load_default=None)
    transactions = fields.List(
        Quantity("", "100.00"),
        load_default=list,
        validate=validate.Length(max=TRANSACTIONS_MAX, error=_l("Use at most {max}.")),
        metadata={"description": "Of a percentage: the amount of each transaction, in order."},
    )
    closing = fields.Boolean(
        load_default=True, metadata={"description": "Whether the period ends, so that its minimum is asked."}
    )

    @validates_schema
    def ask_something(self, data: dict[str, Any], **_options: object) -> None:
        if data["quantity"] is None and not data["transactions"]:
            raise ValidationError({"quantity": [str(_l("This field is needed."))]})


class PriceStep(StrictSchema):
    what = fields.String(metadata={"example": "units"})
    tier = fields.Integer(allow_none=True, metadata={"example": 1})
    code = fields.String(allow_none=True)
    quantity = DecimalText("", "10000")
    unit_price = DecimalText("", "0.0010")
    cut = DecimalText("What the maximum took.", "0")
    amount = DecimalText("Exact; the steps sum to `exact`.", "10.0000")


class CheaperAnswer(StrictSchema):
    tier = fields.Integer(metadata={"example": 1})
    fewer = DecimalText("", "100")
    fewer_amount = MoneyField()
    more = DecimalText("", "101")
    more_amount = MoneyField()


class EvaluationAnswer(StrictSchema):
    amount = MoneyField()
    exact = DecimalText("Before it is rounded to millionths.", "10.0000")
    steps = fields.List(fields.Nested(PriceStep))
    cost = MoneyField(allow_none=True, metadata={"description": "What the agency pays for it, where that is known."})
    margin = MoneyField(allow_none=True)
    cheaper_for_more = fields.List(
        fields.Nested(CheaperAnswer), metadata={"description": "Where one unit more lowers the bill."}
    )
