"""What the API reads and answers about apps."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from agency.foundation.api import ListQuery
from agency.foundation.i18n import LANGUAGES
from agency.foundation.schemas import MoneyField, StrictSchema, Text, TypedId, one_of
from agency.plans.rules.components import Interval
from agency.plans.schemas.fields import DecimalText, Rate
from agency.tenants.schemas import CurrencyField
from marketplace.catalogue.models.apps import AppPriceKind, AppState
from marketplace.catalogue.words import CATEGORIES, PERMISSIONS
from wallet.credits.schemas import Moment

CODE = validate.Regexp(r"^[a-z][a-z0-9_-]{0,39}$", error=_l("Use small letters, digits, - and _."))
NOT_BELOW_ZERO = validate.Range(min=0, max=10**9, error=_l("This cannot be negative."))
TRIAL_DAYS_MAX = 365


def _chosen(choices: Mapping[str, object], example: str, **options: Any) -> fields.List[Any]:  # noqa: ANN401  # Marshmallow's own options.
    return fields.List(fields.String(validate=one_of(list(choices))), metadata={"example": [example]}, **options)


class AppBody(StrictSchema):
    """Everything that is said of an app."""

    name = Text(required=True, longest=80, metadata={"example": "Página Lista"})
    tagline = Text(required=True, longest=140, metadata={"example": "Landing pages in a minute"})
    description = Text(required=True, longest=5000, lines=True, metadata={"example": "Writes and publishes pages."})
    support_address = Text(required=True, longest=200, metadata={"example": "help@example.com"})
    categories = _chosen(CATEGORIES, "websites", required=True, validate=validate.Length(1, 3))
    languages = _chosen(LANGUAGES, "es", required=True, validate=validate.Length(1))
    permissions = _chosen(PERMISSIONS, "customers.read", load_default=list)
    daily_limit = MoneyField(positive=True, load_default=None, allow_none=True)
    monthly_limit = MoneyField(positive=True, load_default=None, allow_none=True)


class AppChanges(AppBody):
    """What is left out stays as it is."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401  # Marshmallow's own options.
        super().__init__(**{"partial": True} | options)


class NewApp(AppBody):
    currency = CurrencyField(required=True)


class AppPriceBody(StrictSchema):
    """``amount``, or for usage whose price the app names with each charge ``lowest`` and ``highest``."""

    kind = fields.String(required=True, validate=one_of([kind.value for kind in AppPriceKind]))
    code = fields.String(required=True, validate=CODE, metadata={"example": "starter"})
    name = Text(required=True, longest=80, metadata={"example": "Starter"})
    amount = DecimalText(example="19.00", load_default=None, allow_none=True, validate=NOT_BELOW_ZERO)
    lowest = DecimalText(example="0.01", load_default=None, allow_none=True, validate=NOT_BELOW_ZERO)
    highest = DecimalText(example="0.50", load_default=None, allow_none=True, validate=NOT_BELOW_ZERO)
    unit = Text(longest=40, load_default=None, allow_none=True, metadata={"example": "page"})
    interval = fields.String(
        load_default=None, allow_none=True, validate=one_of([interval.value for interval in Interval])
    )
    trial_days = fields.Integer(
        load_default=0, strict=True, validate=validate.Range(0, TRIAL_DAYS_MAX, error=_l("Use 0 to 365 days."))
    )

    class Meta(StrictSchema.Meta):
        pass

    @validates_schema
    def _fits_its_kind(self, said: dict[str, Any], **_: object) -> None:
        refuse_misfit(said)


def refuse_misfit(said: Mapping[str, Any]) -> None:
    """Each kind of price has its own fields.

    Raises:
        ValidationError: at the field that is missing, or too much.
    """
    kind, bounded = said["kind"], said["lowest"] is not None or said["highest"] is not None
    if bounded and kind != AppPriceKind.USAGE:
        raise ValidationError(str(_l("Only a price for usage can be dynamic.")), "lowest")
    if bounded and (said["lowest"] is None or said["highest"] is None or said["lowest"] > said["highest"]):
        raise ValidationError(str(_l("Give the lowest and the highest price, in this order.")), "highest")
    if bounded == (said["amount"] is not None):
        raise ValidationError(str(_l("Give one amount, or for usage the lowest and the highest.")), "amount")
    if (said["interval"] is not None) != (kind == AppPriceKind.RECURRING):
        raise ValidationError(str(_l("A recurring price needs an interval; no other has one.")), "interval")
    if said["unit"] is None and kind == AppPriceKind.USAGE:
        raise ValidationError(str(_l("Say what is counted.")), "unit")
    if said["trial_days"] and kind != AppPriceKind.RECURRING:
        raise ValidationError(str(_l("Only a recurring price has a trial.")), "trial_days")


class AppPriceAnswer(StrictSchema):
    id = TypedId("apr")
    kind = fields.String()
    code = fields.String()
    name = fields.String()
    currency = fields.String()
    amount = Rate(allow_none=True)
    lowest = Rate(allow_none=True)
    highest = Rate(allow_none=True)
    unit = fields.String(allow_none=True)
    interval = fields.String(allow_none=True)
    trial_days = fields.Integer()


class OwnPrice(StrictSchema):
    price_id = TypedId("apr", required=True)
    amount = DecimalText(example="25.00", required=True, validate=NOT_BELOW_ZERO)


class OfferBody(StrictSchema):
    """What is not priced on its own is the publisher's price times ``markup``."""

    is_shown = fields.Boolean(load_default=True)
    markup = DecimalText(example="1.25", load_default=None, validate=validate.Range(min=1, max=1000))
    own_prices = fields.List(fields.Nested(OwnPrice), load_default=list, metadata={"example": []})
    daily_limit = MoneyField(positive=True, load_default=None, allow_none=True)
    monthly_limit = MoneyField(positive=True, load_default=None, allow_none=True)


class OfferAnswer(StrictSchema):
    is_shown = fields.Boolean()
    markup = Rate()
    product_id = TypedId("prd")


class AppAnswer(Schema):
    """``prices`` are the publisher's list for the agency and the publisher, and for a client what it pays."""

    id = TypedId("app")
    name = fields.String()
    tagline = fields.String()
    description = fields.String()
    publisher = fields.String()
    support_address = fields.String()
    categories = fields.List(fields.String())
    languages = fields.List(fields.String())
    permissions = fields.List(fields.String())
    currency = fields.String()
    state = fields.String(validate=one_of([state.value for state in AppState]))
    review_note = fields.String()
    listed_at = Moment(allow_none=True)
    prices = fields.List(fields.Nested(AppPriceAnswer))
    offer = fields.Nested(OfferAnswer, allow_none=True)


class Apps(Schema):
    data = fields.List(fields.Nested(AppAnswer))
    next_cursor = fields.String(allow_none=True)


class AppQuery(ListQuery):
    search = Text(longest=100, load_default="")
    category = fields.String(validate=one_of(list(CATEGORIES)))
    own = fields.Boolean(metadata={"description": "The caller's own apps as a publisher, drafts among them."})
