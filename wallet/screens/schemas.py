"""What may be typed and filtered on the wallet's pages."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, fields, post_load, validate, validates, validates_schema

from agency.foundation.audit.schemas import DAYS
from agency.foundation.local_days import instant
from agency.foundation.schemas import QuerySchema, Text, TypedId, one_of, read_money
from agency.foundation.typed_amounts import AmountText, WalletForm
from agency.plans.models.products import Product
from wallet.credits.history import HistoryFilter
from wallet.credits.models.limits import CapKind, CapPeriod
from wallet.credits.rules.monthly import Unused
from wallet.ledger.codes import Code
from wallet.recharge.models import RechargeState
from wallet.screens.at_risk import Risk

A_DAY = timedelta(days=1)


class Group(StrEnum):
    """The kinds of a wallet's history, as people look for them."""

    ADDED = "added"
    GIVEN = "given"
    SPENT = "spent"
    RETURNED = "returned"
    LOST = "lost"
    OTHER = "other"


GROUPS: dict[Group, tuple[Code, ...]] = {
    Group.ADDED: (Code.TOP_UP, Code.BONUS),
    Group.GIVEN: (Code.GRANT,),
    Group.SPENT: (Code.USAGE, Code.CHARGE, Code.CAPTURE, Code.ADJUSTMENT),
    Group.RETURNED: (Code.GIVEN_BACK, Code.REFUND, Code.REFUND_UNDONE, Code.CHARGEBACK, Code.CHARGEBACK_WON),
    Group.LOST: (Code.CREDIT_EXPIRED,),
    Group.OTHER: (Code.OWED_PAID, Code.MOVED, Code.CLOSED_OUT),
}
GROUP_NAMES = {
    Group.ADDED: _l("Funds added"),
    Group.GIVEN: _l("Complimentary credit"),
    Group.SPENT: _l("Spending"),
    Group.RETURNED: _l("Refunds and disputes"),
    Group.LOST: _l("Expired credit"),
    Group.OTHER: _l("Other movements"),
}


class HistoryFilters(QuerySchema):
    """Days are those of the sub-account's own calendar, both included."""

    cursor = fields.String()
    kind = fields.String(validate=one_of([group.value for group in Group]))
    first_day = fields.Date(data_key="from", validate=DAYS)
    last_day = fields.Date(data_key="to", validate=DAYS)


def history_wanted(filters: dict[str, Any], time_zone: str) -> HistoryFilter:
    def start(day: date | None) -> datetime | None:
        return None if day is None else instant(day, ZoneInfo(time_zone))

    last = filters.get("last_day")
    return HistoryFilter(
        kinds=GROUPS[Group(filters["kind"])] if "kind" in filters else (),
        start=start(filters.get("first_day")),
        end=start(last + A_DAY if last else None),
    )


class ListCursor(QuerySchema):
    cursor = fields.String()


class RiskFilter(QuerySchema):
    risk = fields.String(validate=one_of([risk.value for risk in Risk]))


class RechargeFilters(ListCursor):
    state = fields.String(validate=one_of([state.value for state in RechargeState]))


OTHER_AMOUNT = "other"


class AddFunds(WalletForm):
    """``preset`` is one of the amounts shown, or says that ``amount`` holds another."""

    preset = fields.String(required=True, error_messages={"required": _l("Choose an amount.")})
    amount = AmountText()
    payment_method = TypedId("crd", required=True, error_messages={"required": _l("Choose a card.")})
    request = fields.UUID(load_default=None)
    confirmed = fields.Boolean(load_default=False)

    @validates_schema
    def amount_is_there(self, data: dict[str, Any], **_: object) -> None:
        if data.get("preset") == OTHER_AMOUNT and "amount" not in data:
            raise ValidationError(str(_l("This field is needed.")), "amount")

    @post_load
    def with_amount(self, data: dict[str, Any], **_: object) -> dict[str, Any]:
        if data["preset"] == OTHER_AMOUNT:
            return data
        try:
            return data | {"amount": read_money(data["preset"], self.currency)}
        except ValidationError as error:
            raise ValidationError(str(_l("Choose an amount.")), "preset") from error


class By(StrEnum):
    AMOUNT = "amount"
    TARGET = "target"


class RuleForm(WalletForm):
    """Either a fixed amount or a balance to restore to, as ``by`` says; ``cards`` in their order."""

    threshold = AmountText(positive=False, required=True)
    by = fields.String(required=True, validate=one_of([by.value for by in By]))
    amount = AmountText()
    target = AmountText()
    monthly_cap = AmountText()
    first_card = TypedId("crd")
    second_card = TypedId("crd")
    third_card = TypedId("crd")
    confirm = fields.Boolean(load_default=False)

    @validates_schema
    def chosen_way_is_filled_in(self, data: dict[str, Any], **_: object) -> None:
        chosen = data.get("by")
        if chosen is not None and chosen not in data:
            raise ValidationError(str(_l("This field is needed.")), chosen)


class SavedRule(RuleForm):
    consented = fields.Boolean(
        required=True,
        validate=validate.Equal(True, error=_l("Nothing is charged by itself without this.")),
        error_messages={"required": _l("Nothing is charged by itself without this.")},
    )


class Reasoned(WalletForm):
    reason = Text(required=True, longest=200)


class Taken(Reasoned):
    """An amount of the wallet and why; ``request`` names the form, so that a double press takes it once."""

    amount = AmountText(required=True)
    request = fields.UUID(required=True)


class How(StrEnum):
    ONCE = "once"
    MONTHLY = "monthly"


class Given(Taken):
    """Once, with ``expires_on`` as the last day on which it can be spent; or monthly, with what becomes of the rest."""

    how = fields.String(load_default=How.ONCE.value, validate=one_of([how.value for how in How]))
    expires_on = fields.Date(validate=DAYS)
    unused = fields.String(load_default=Unused.EXPIRES.value, validate=one_of([unused.value for unused in Unused]))


class TermsForm(WalletForm):
    """Empty fields are as the floor below has them: the agency, or the platform."""

    minimum = AmountText()
    maximum = AmountText()
    balance_maximum = AmountText()
    bonus_percent = fields.Decimal(
        validate=validate.Range(0, 1000, error=_l("Write a percentage from 0 to 1,000.")),
        error_messages={"invalid": _l("Write a percentage such as 5.")},
    )
    bonus_from = AmountText(positive=False)
    cooling_down_minutes = fields.Integer(
        validate=validate.Range(0, 1440, error=_l("Write a whole number from {min} to {max}."))
    )


class AgencyTermsForm(TermsForm):
    receipts_mailed = fields.Boolean(load_default=False)


class WalletTermsForm(TermsForm):
    """``receipts`` and what is empty: as the agency has it."""

    receipts = fields.String(validate=one_of(["yes", "no"]))
    overdraft = AmountText(positive=False)


class CapForm(WalletForm):
    """``products``: those to choose from, by id; ``kind``: a soft cap tells, a hard one stops new work too."""

    product_id = TypedId(Product.prefix, data_key="product", required=True)
    period = fields.Enum(CapPeriod, by_value=True, required=True)
    kind = fields.Enum(CapKind, by_value=True, required=True, error_messages={"required": _l("Choose one.")})
    limit = AmountText(required=True)

    def __init__(self, currency: str, products: Collection[UUID]) -> None:
        super().__init__(currency)
        self.products = products

    @validates("product_id")
    def sells_it(self, product_id: UUID, **_: object) -> None:
        if product_id not in self.products:
            raise ValidationError(str(_l("Choose one from the list.")))
