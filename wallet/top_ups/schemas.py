"""What may be sent about top-ups, and how they are answered."""

from marshmallow import fields, validate

from agency.foundation import ids
from agency.foundation.schemas import MoneyField, StrictSchema, Text, TypedId, one_of
from agency.staff.mails import full_address
from wallet.charges.rules import DeclineClass
from wallet.top_ups.models import ReceiptKind, RefundPartState, TopUp, TopUpState

STATES = tuple(state.value for state in TopUpState)
CLASSES = tuple(found.value for found in DeclineClass)
PART_STATES = tuple(state.value for state in RefundPartState)
KINDS = tuple(kind.value for kind in ReceiptKind)
PERCENT_MAX = 1000


def confirmation_url(top_up: TopUp) -> str | None:
    """Where a person signed in to the panel confirms it with their bank, while that is awaited."""
    if top_up.state is not TopUpState.NEEDS_AUTHENTICATION:
        return None
    place = ids.encode("sac", top_up.sub_account_id)
    return full_address("funds.confirmation", sub_account_id=place, top_up_id=top_up.public_id)


class NewTopUp(StrictSchema):
    """Without ``payment_method`` the primary card is charged."""

    amount = MoneyField(required=True, positive=True)
    payment_method = TypedId("crd")


class TopUpAnswer(StrictSchema):
    """``paid_owed`` is what of the amount paid what the wallet owed; ``confirmation_url`` is where it is confirmed."""

    id = fields.String(attribute="public_id", metadata={"example": "top_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    sub_account_id = TypedId("sac")
    amount = MoneyField()
    payment_method = TypedId("crd", attribute="payment_method_id")
    state = fields.String(validate=one_of(STATES), metadata={"example": "settled"})
    decline_class = fields.String(allow_none=True, validate=one_of(CLASSES), metadata={"example": None})
    decline_code = fields.String(allow_none=True, metadata={"example": None})
    paid_owed = MoneyField()
    bonus = MoneyField()
    transaction_id = TypedId("txn", allow_none=True)
    confirmation_url = fields.Function(confirmation_url, metadata={"type": ["string", "null"], "example": None})
    requested_by = fields.String(metadata={"example": "Ana Ruiz"})
    created_at = fields.AwareDateTime()
    ended_at = fields.AwareDateTime(allow_none=True)


class TopUps(StrictSchema):
    data = fields.List(fields.Nested(TopUpAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)


class NewRefund(StrictSchema):
    amount = MoneyField(required=True, positive=True)
    reason = Text(required=True, longest=200, metadata={"example": "Added twice by mistake"})


class RefundPartAnswer(StrictSchema):
    """One charge's share; ``by_hand``: no card paid for this credit, return it yourself."""

    charge_id = TypedId("chg", allow_none=True)
    amount = MoneyField()
    bonus_clawed_back = MoneyField()
    state = fields.String(validate=one_of(PART_STATES), metadata={"example": "settled"})
    failure = fields.String(allow_none=True, metadata={"example": None})
    transaction_id = TypedId("txn")


class RefundAnswer(StrictSchema):
    id = fields.String(attribute="refund.public_id", metadata={"example": "trf_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    sub_account_id = TypedId("sac", attribute="refund.sub_account_id")
    amount = MoneyField(attribute="refund.amount")
    reason = fields.String(attribute="refund.reason", metadata={"example": "Added twice by mistake"})
    requested_by = fields.String(attribute="refund.requested_by", metadata={"example": "Ana Ruiz"})
    created_at = fields.AwareDateTime(attribute="refund.created_at")
    parts = fields.List(fields.Nested(RefundPartAnswer))


class Refunds(StrictSchema):
    data = fields.List(fields.Nested(RefundAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)


class ReceiptAnswer(StrictSchema):
    id = fields.String(attribute="public_id", metadata={"example": "rcp_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    sub_account_id = TypedId("sac")
    kind = fields.String(validate=one_of(KINDS), metadata={"example": "payment"})
    charge_id = TypedId("chg")
    amount = MoneyField()
    issued_at = fields.AwareDateTime()
    mailed_to = fields.String(allow_none=True, metadata={"example": None})


class Receipts(StrictSchema):
    data = fields.List(fields.Nested(ReceiptAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)


class TermsChanges(StrictSchema):
    """Only what is sent is changed; null: as the agency has it, or as the platform has it."""

    minimum = MoneyField(positive=True, allow_none=True)
    maximum = MoneyField(positive=True, allow_none=True)
    balance_maximum = MoneyField(positive=True, allow_none=True)
    bonus_percent = fields.Decimal(
        allow_none=True, validate=validate.Range(0, PERCENT_MAX), as_string=True, metadata={"example": "5"}
    )
    bonus_from = MoneyField(allow_none=True)
    cooling_down_minutes = fields.Integer(
        allow_none=True, strict=True, validate=validate.Range(0, 1440), metadata={"example": 10}
    )
    receipts_mailed = fields.Boolean(allow_none=True, metadata={"example": False})


class TermsAnswer(StrictSchema):
    """What holds: the wallet's own terms before the agency's before the platform's."""

    minimum = MoneyField()
    maximum = MoneyField()
    balance_maximum = MoneyField()
    bonus_percent = fields.Decimal(as_string=True, metadata={"example": "0"})
    bonus_from = MoneyField()
    cooling_down_minutes = fields.Integer(metadata={"example": 10})
    receipts_mailed = fields.Boolean(metadata={"example": False})
