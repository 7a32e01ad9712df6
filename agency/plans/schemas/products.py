from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from agency.foundation.schemas import MoneyField, StrictSchema, Text, TypedId
from agency.plans.models.taxes import STANDARD
from agency.plans.rules.components import ProductKind
from agency.plans.schemas.fields import Quantity, choice, count, monthly_quantity, short_code
from agency.plans.schemas.meters import ArchivableQuery
from agency.plans.schemas.prices import PriceAnswer, PriceLine
from agency.tenants.schemas import about

TRIAL_DAYS_MAX = 730
PRICES_MAX = 50


def _name(**options: Any) -> Text:  # noqa: ANN401  # Marshmallow's own options.
    return Text(longest=120, metadata=about("What people call it.", "Growth"), **options)


def _description(**options: Any) -> Text:  # noqa: ANN401  # The same.
    return Text(longest=2000, metadata=about("What clients read about it.", "For clinics with a team."), **options)


def _reference() -> Text:
    return Text(longest=80, allow_none=True, metadata=about("Your own id for it; unique.", "growth-2026"))


def _provider() -> TypedId:
    return TypedId("prv", allow_none=True, metadata={"description": "Who gives it; its lines stand under their name."})


def _category(**options: Any) -> Any:  # noqa: ANN401  # The same.
    return short_code("The category of its taxes.", STANDARD, **options)


class PlanFields(StrictSchema):
    """What a plan includes, beside its prices."""

    trial_days = count("Days before the first bill.", 14, most=TRIAL_DAYS_MAX)
    seats_included = count("Seats that cost nothing more.", 3)
    seats_max = count("The most seats it can have; null: any number.", 20, least=1, allow_none=True)
    included_usage = fields.Dict(
        keys=fields.String(),
        values=monthly_quantity(),
        metadata=about("A quantity each month, by the code of its meter.", {"emails": "1000"}),
    )
    included_credits = MoneyField(positive=True, allow_none=True)
    credits_roll_over = fields.Boolean(
        metadata=about("Whether what is left of a month's credits is kept.", example=False)
    )


class NewProduct(StrictSchema):
    kind = choice(ProductKind, "What is sold.", required=True)
    name = _name(required=True)
    description = _description(load_default="")
    reference = _reference()
    tax_category = _category(load_default=STANDARD)
    provider_id = _provider()


class ProductChanges(StrictSchema):
    """Only what is sent is changed; null takes a reference away."""

    name = _name()
    description = _description()
    reference = _reference()
    tax_category = _category()
    provider_id = _provider()
    archived = fields.Boolean()


class ProductAnswer(StrictSchema):
    id = fields.String(attribute="public_id", metadata={"example": "prd_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    kind = fields.String(metadata={"example": "saas_plan"})
    name = _name()
    description = _description()
    reference = _reference()
    tax_category = fields.String(metadata={"example": STANDARD})
    provider_id = _provider()
    archived = fields.Boolean(attribute="is_archived")
    created_at = fields.AwareDateTime()


class Products(StrictSchema):
    data = fields.List(fields.Nested(ProductAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)


class ProductQuery(ArchivableQuery):
    search = Text(longest=120, metadata=about("A part of the name or reference.", "growth"))


class AnyProductQuery(ProductQuery):
    kind = choice(ProductKind, "Only of this kind.")


class NewPlan(PlanFields):
    """A plan with what it includes and its price list, made whole or not at all."""

    name = _name(required=True)
    description = _description(load_default="")
    reference = _reference()
    tax_category = _category(load_default=STANDARD)
    provider_id = _provider()
    prices = fields.List(
        fields.Nested(PriceLine),
        load_default=list,
        validate=validate.Length(max=PRICES_MAX, error=_l("Use at most {max}.")),
        metadata={
            "example": [
                {"interval": "month", "model": "flat", "unit_price": "97.00"},
                {"interval": "year", "model": "flat", "unit_price": "970.00"},
                {"component": "setup_fee", "model": "flat", "unit_price": "150.00"},
            ]
        },
    )


class PlanChanges(PlanFields, ProductChanges):
    """Only what is sent is changed; what it includes gets a new version, and subscriptions keep theirs."""


class PlanAnswer(ProductAnswer):
    """``included_usage`` and credits are monthly; ``prices`` are those sold now."""

    trial_days = fields.Integer(attribute="contents.trial_days", metadata={"example": 14})
    seats_included = fields.Integer(attribute="contents.seats_included", metadata={"example": 3})
    seats_max = fields.Integer(attribute="contents.seats_max", metadata={"example": 20})
    included_usage = fields.Dict(
        values=Quantity("", "1000"), attribute="contents.usage", metadata={"example": {"emails": "1000"}}
    )
    included_credits = MoneyField(attribute="contents.credits")
    credits_roll_over = fields.Boolean(attribute="contents.credits_roll_over")
    contents_version = fields.Integer(attribute="contents.version", metadata={"example": 1})
    prices = fields.List(fields.Nested(PriceAnswer))


class Plans(StrictSchema):
    data = fields.List(fields.Nested(PlanAnswer))
    next_cursor = fields.String(allow_none=True)
