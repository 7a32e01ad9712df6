"""The console's forms about apps: a publisher's, and an agency's offer."""

from typing import Any

from marshmallow import fields, pre_load, validate, validates_schema

from agency.foundation.i18n import LANGUAGES
from agency.foundation.schemas import Email, FormSchema, QuerySchema, Text, TypedId, one_of
from agency.foundation.typed_amounts import AmountText, WalletForm
from agency.plans.rules.components import Interval
from agency.plans.schemas.fields import DecimalText
from agency.plans.schemas.forms import nested
from agency.tenants.schemas import CurrencyField
from marketplace.catalogue.models.apps import AppPriceKind
from marketplace.catalogue.schemas import CODE, TRIAL_DAYS_MAX, refuse_misfit
from marketplace.catalogue.words import CATEGORIES, PERMISSIONS


class PublisherForm(FormSchema):
    name = Text(required=True, longest=80)
    email = Email(required=True)


class AppForm(FormSchema):
    name = Text(required=True, longest=80)
    tagline = Text(required=True, longest=140)
    description = Text(required=True, longest=5000, lines=True)
    support_address = Text(required=True, longest=200)
    categories = fields.List(
        fields.String(validate=one_of(list(CATEGORIES))), required=True, validate=validate.Length(1, 3)
    )
    languages = fields.List(fields.String(validate=one_of(list(LANGUAGES))), required=True, validate=validate.Length(1))
    permissions = fields.List(fields.String(validate=one_of(list(PERMISSIONS))), load_default=list)


class NewAppForm(AppForm):
    currency = CurrencyField(required=True)


class AppLimitsForm(WalletForm):
    daily_limit = AmountText(load_default=None)
    monthly_limit = AmountText(load_default=None)


class AppPriceForm(WalletForm):
    kind = fields.String(required=True, validate=one_of([kind.value for kind in AppPriceKind]))
    code = fields.String(required=True, validate=CODE)
    name = Text(required=True, longest=80)
    amount = AmountText(positive=False, load_default=None)
    lowest = AmountText(positive=False, load_default=None)
    highest = AmountText(positive=False, load_default=None)
    unit = Text(longest=40, load_default=None)
    interval = fields.String(load_default=None, validate=one_of([interval.value for interval in Interval]))
    trial_days = fields.Integer(load_default=0, validate=validate.Range(0, TRIAL_DAYS_MAX))

    @validates_schema
    def _fits_its_kind(self, said: dict[str, Any], **_: object) -> None:
        refuse_misfit(said)


class PictureForm(FormSchema):
    caption = Text(required=True, longest=140)


class MarketFilters(QuerySchema):
    search = Text(longest=100)
    category = fields.String(validate=one_of(list(CATEGORIES)))
    cursor = fields.String()


class OfferForm(WalletForm):
    """``own`` holds amounts by the id of the publisher's price, each sent as ``own.<id>``."""

    is_shown = fields.Boolean(load_default=False)
    markup = DecimalText(load_default=None, validate=validate.Range(min=1, max=1000))
    own = fields.Dict(keys=TypedId("apr"), values=AmountText(positive=False), load_default=dict)
    daily_limit = AmountText(load_default=None)
    monthly_limit = AmountText(load_default=None)

    @pre_load
    def nest(self, typed: dict[str, Any], **_options: object) -> dict[str, Any]:
        return nested(typed)
