"""The console's forms. A dotted name is a field inside a list or an object: ``tiers.0.up_to``."""

import re
from decimal import Decimal
from typing import Any, ClassVar

from marshmallow import EXCLUDE, fields, pre_load

from agency.foundation.schemas import FormSchema, MoneyField, QuerySchema, Text, TypedId, Whole, one_of
from agency.plans.models.taxes import STANDARD
from agency.plans.rehearsals import MONTHS_MAX
from agency.plans.rules.components import Component, Interval, ProductKind
from agency.plans.rules.coupons import Duration
from agency.plans.rules.tax import Treatment
from agency.plans.rules.terms import Model
from agency.plans.schemas.coupons import CODE, PERIODS_MAX
from agency.plans.schemas.fields import Quantity, choice, monthly_quantity, percentage, short_code
from agency.plans.schemas.prices import INTERVALS_MAX
from agency.plans.schemas.products import TRIAL_DAYS_MAX
from agency.plans.schemas.terms import TermsSchema
from agency.tenants.schemas import CountryField

STATES = ("on_sale", "archived")
LISTS = ("tiers", "pass_through")
ROW_NUMBER = re.compile(r"[0-9]{1,2}")


class ShapeQuery(QuerySchema):
    """Which editor is wanted."""

    component = choice(Component, "")
    model = choice(Model, "")


class CatalogueFilters(QuerySchema):
    search = Text(longest=120)
    state = fields.String(validate=one_of(STATES))
    cursor = fields.String()


class KindQuery(QuerySchema):
    kind = choice(ProductKind, "", load_default=ProductKind.SAAS_PLAN.value)


class ProductForm(FormSchema):
    name = Text(required=True, longest=120)
    description = Text(longest=2000, load_default="")
    reference = Text(longest=80, load_default=None)
    tax_category = short_code("", "", load_default=STANDARD)
    provider_id = TypedId("prv", load_default=None)


class PaidForm(FormSchema):
    """A form with one amount, in a currency that stands beside its field."""

    paid: ClassVar[str]

    def __init__(self, *, currency: str) -> None:
        super().__init__()
        self.currency = currency

    @pre_load
    def name_the_currency(self, typed: dict[str, Any], **_options: object) -> dict[str, Any]:
        amount = typed.get(self.paid)
        return typed if amount is None else typed | {self.paid: {"amount": amount.strip(), "currency": self.currency}}


class ContentsForm(PaidForm):
    paid = "credits"

    trial_days = Whole(most=TRIAL_DAYS_MAX, load_default=0)
    seats_included = Whole(load_default=0)
    seats_max = Whole(least=1, load_default=None)
    usage = fields.Dict(keys=fields.String(), values=monthly_quantity(), load_default=dict)
    credits = MoneyField(positive=True, load_default=None)
    credits_roll_over = fields.Boolean(load_default=False)

    @pre_load
    def nest(self, typed: dict[str, Any], **_options: object) -> dict[str, Any]:
        return nested(typed)


class PriceForm(TermsSchema, FormSchema):
    """The editor of a price; ``quantity`` is that of its live example, ``months`` how far a rehearsal looks back."""

    class Meta:
        unknown = EXCLUDE

    name = Text(longest=120, load_default="")
    meter = fields.String(load_default=None)
    interval = choice(Interval, "", load_default=None)
    interval_count = Whole(least=1, most=INTERVALS_MAX, load_default=1)
    component = choice(Component, "", load_default=None)
    sub_account_id = TypedId("sac", load_default=None)
    begins_on = fields.Date(load_default=None)
    quantity = Quantity(load_default=None)
    months = Whole(least=1, most=MONTHS_MAX, load_default=1)

    @pre_load
    def nest(self, typed: dict[str, Any], **_options: object) -> dict[str, Any]:
        return nested(typed)


def nested(typed: dict[str, Any]) -> dict[str, Any]:
    """``{"tiers.0.up_to": "5"}`` as ``{"tiers": [{"up_to": "5"}]}``; a row left out before another is an empty one."""
    found: dict[str, Any] = {name: text for name, text in typed.items() if "." not in name}
    rows: dict[str, dict[int, dict[str, str]]] = {}
    for name, text in typed.items():
        head, _dot, rest = name.partition(".")
        number, _dot, field = rest.partition(".")
        if head in LISTS and field and ROW_NUMBER.fullmatch(number):
            rows.setdefault(head, {}).setdefault(int(number), {})[field] = text
        elif rest:
            found.setdefault(head, {})[rest] = text
    for head, by_number in rows.items():
        found[head] = [by_number.get(number, {}) for number in range(max(by_number) + 1)]
    return found


class MeterForm(FormSchema):
    code = short_code("", "", required=True)
    name = Text(required=True, longest=80)
    unit = Text(required=True, longest=40)
    aggregation = fields.String(load_default="sum")
    unique_by = short_code("", "", load_default=None)


class MeterChangesForm(FormSchema):
    name = Text(required=True, longest=80)
    unit = Text(required=True, longest=40)


class CouponLimitsForm(FormSchema):
    """``last_day`` is the last on which it can be redeemed, by the agency's calendar."""

    name = Text(longest=120, load_default="")
    last_day = fields.Date(load_default=None)
    redemptions_max = Whole(least=1, load_default=None)
    redemptions_per_sub_account = Whole(least=1, load_default=None)


class CouponForm(PaidForm, CouponLimitsForm):
    paid = "amount"

    code = fields.String(required=True, validate=CODE)
    percent = percentage(load_default=None)
    amount = MoneyField(positive=True, load_default=None)
    duration = choice(Duration, "", load_default=Duration.ONCE.value)
    periods = Whole(least=1, most=PERIODS_MAX, load_default=None)
    product_ids = fields.List(TypedId("prd"), load_default=list)


class TaxForm(FormSchema):
    name = Text(required=True, longest=80)
    percent = percentage(load_default=Decimal(0))
    category = short_code("", "", load_default=STANDARD)
    country = CountryField(load_default=None)
    region = Text(longest=80, load_default=None)
    treatment = choice(Treatment, "", load_default=Treatment.TAXED.value)
    reason = Text(longest=300, load_default=None)


class TaxNameForm(FormSchema):
    name = Text(required=True, longest=80)
