"""What the API reads and answers about installs, and what programs hear of them."""

from flask_babel import lazy_gettext as _l
from marshmallow import fields, validate

from agency.foundation.api import ListQuery
from agency.foundation.api_document import LEFT_OUT
from agency.foundation.schemas import MoneyField, StrictSchema, Text, TypedId, one_of
from agency.plans.schemas.fields import DecimalText, Quantity, Rate
from agency.staff.roles import APP_PERMISSIONS
from agency.tenants.schemas import about
from marketplace.installs.models.charges import AppChargeKind
from marketplace.installs.models.installs import InstallState, WhyRemoved
from marketplace.installs.rules.limits import Span
from subaccounts.subscriptions.models.subscriptions import Collection
from wallet.credits.schemas import Moment

EVENT = validate.Regexp(r"^[\x21-\x7e]{1,120}$")
COLLECTIONS = [Collection.CARD.value, Collection.WALLET.value]
PERMISSION = one_of(sorted(APP_PERMISSIONS))


MORE_THAN_NOTHING = validate.Range(
    min=0, min_inclusive=False, max=10**12, error=_l("Write a number that is more than zero.")
)


class InstallAnswer(StrictSchema):
    id = TypedId("ins")
    app_id = TypedId("app")
    sub_account_id = TypedId("sac")
    client_name = fields.String()
    state = fields.String(validate=one_of([state.value for state in InstallState]))
    price_id = TypedId("apr", attribute="app_price_id", allow_none=True)
    subscription_id = TypedId("sub", allow_none=True)
    currency = fields.String()
    permissions = fields.List(fields.String())
    installed_at = Moment()
    trial_ends_at = Moment(allow_none=True)
    removed_at = Moment(allow_none=True)
    why_removed = fields.String(validate=one_of([why.value for why in WhyRemoved]), allow_none=True)


class Installs(StrictSchema):
    data = fields.List(fields.Nested(InstallAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)


class InstallQuery(ListQuery):
    sub_account_id = TypedId("sac")
    app_id = TypedId("app")
    running = fields.Boolean()


class NewInstall(StrictSchema):
    """``permissions`` are those that the app asks for: a consent to others is none."""

    sub_account_id = TypedId("sac", load_default=None, allow_none=True)
    app_id = TypedId("app", required=True)
    permissions = fields.List(fields.String(validate=PERMISSION), required=True, metadata={"example": []})
    price_id = TypedId("apr", load_default=None, allow_none=True)
    collection = fields.String(load_default=Collection.CARD.value, validate=one_of(COLLECTIONS))


class NewAppPlan(StrictSchema):
    price_id = TypedId("apr", required=True)


class NewAppLimits(StrictSchema):
    """What is left out, or null, is no limit of one's own."""

    daily_limit = MoneyField(positive=True, load_default=None, allow_none=True)
    monthly_limit = MoneyField(positive=True, load_default=None, allow_none=True)


class AppRemoval(StrictSchema):
    reason = Text(load_default="", longest=200)


class LimitAnswer(StrictSchema):
    span = fields.String(validate=one_of([span.value for span in Span]))
    limit = MoneyField()
    spent = MoneyField()
    left = MoneyField()


class UsageWish(StrictSchema):
    """``unit_price`` belongs to a dynamic price, in terms of the publisher's list."""

    event_id = fields.String(required=True, validate=EVENT, metadata=about("Yours; charged once.", "run-4711"))
    meter = fields.String(required=True, metadata=about("The code of the price by use.", "pages"))
    quantity = Quantity("How many units.", "3", required=True, validate=MORE_THAN_NOTHING)
    unit_price = DecimalText(
        "What one unit costs, where the price is dynamic; a fixed one refuses it.",
        load_default=None,
        allow_none=True,
        validate=MORE_THAN_NOTHING,
        metadata={LEFT_OUT: True},
    )
    currency = fields.String(
        load_default=None,
        allow_none=True,
        metadata={"description": "Only to be checked: another one than the app's is refused.", LEFT_OUT: True},
    )
    description = Text(load_default="", longest=200, metadata=about("What the client reads.", "Three pages"))


class FundsOfApp(UsageWish):
    """As a charge; ``event_id`` is not needed to ask."""

    event_id = fields.String(load_default="asked", validate=EVENT, metadata=about("Not needed to ask.", "run-4711"))


class FundsOfAppAnswer(StrictSchema):
    has_funds = fields.Boolean()
    amount = MoneyField()
    tax = MoneyField()
    available = MoneyField()
    limits = fields.List(fields.Nested(LimitAnswer))


class UsageHold(UsageWish):
    expires_at = Moment(
        load_default=None,
        allow_none=True,
        metadata={"description": "Released then; a day from now, if it is not sent.", LEFT_OUT: True},
    )


class UsageCapture(StrictSchema):
    """All of the hold where no quantity is sent; what is not captured is released."""

    quantity = Quantity(
        "All of it, if it is not sent.", "2", load_default=None, allow_none=True, validate=MORE_THAN_NOTHING
    )


class NewAppRefund(StrictSchema):
    """All that is left of the charge where no amount is sent; its tax goes back with it."""

    event_id = fields.String(required=True, validate=EVENT, metadata=about("Yours; given back once.", "refund-4711"))
    charge_id = TypedId("ach", required=True)
    amount = MoneyField(positive=True, load_default=None, allow_none=True)
    description = Text(load_default="", longest=200)


class AppChargeAnswer(StrictSchema):
    """``amount`` is what the client paid, below zero what it got back; ``tax`` comes on top, and is not shared."""

    id = TypedId("ach")
    kind = fields.String(validate=one_of([kind.value for kind in AppChargeKind]), metadata={"example": "usage"})
    event_id = fields.String(metadata={"example": "run-4711"})
    amount = MoneyField()
    tax = MoneyField()
    quantity = Rate(example="3", allow_none=True)
    unit_price = Rate(example="0.25", allow_none=True)
    description = fields.String(metadata={"example": "Three pages"})
    refers_to_id = TypedId("ach", allow_none=True)
    charged_at = Moment()


class AppCharges(StrictSchema):
    data = fields.List(fields.Nested(AppChargeAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)


class AppKeyMade(StrictSchema):
    key = fields.String(metadata={"description": "Shown this once; the key before it opens nothing any more."})
    scopes = fields.List(fields.String())
