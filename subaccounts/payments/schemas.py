"""Payments as programs and forms send and read them."""

from marshmallow import fields, validate

from agency.foundation.api import ListQuery
from agency.foundation.schemas import FormSchema, MoneyField, StrictSchema, Text, TypedId, one_of
from agency.foundation.typed_amounts import AmountText, WalletForm
from subaccounts.payments.models.payments import OFFLINE, Method, PaymentState
from subaccounts.payments.models.refunds import RefundState
from wallet.charges.rules import DeclineClass

PARTS_MAX = 1000
METHODS = tuple(method.value for method in Method)
PAID_WITH = (Method.CARD.value, *(method.value for method in OFFLINE))
BY_HAND = tuple(method.value for method in OFFLINE)
STATES = tuple(state.value for state in PaymentState)
CLASSES = tuple(found.value for found in DeclineClass)
REFUND_STATES = tuple(state.value for state in RefundState)


class Part(StrictSchema):
    invoice_id = TypedId("inv", required=True)
    amount = MoneyField(required=True, positive=True)


class PayInvoice(StrictSchema):
    """Without ``amount`` all that is left; a card is charged, anything else is written down as received."""

    method = fields.String(load_default="card", validate=one_of(PAID_WITH), metadata={"example": "transfer"})
    payment_method = TypedId("crd", metadata={"description": "The card; without it the primary one."})
    amount = MoneyField(positive=True)
    reference = Text(longest=100, metadata={"example": "SPEI 4471"})
    received_on = fields.Date(metadata={"example": "2026-03-02"})


class NewPayment(PayInvoice):
    """With ``customer_id`` the customer pays the sub-account; with ``sub_account_id`` alone it pays its agency.

    Without ``allocations`` past due invoices go first, then by due date, issue date and number.
    """

    sub_account_id = TypedId("sac")
    customer_id = TypedId("cus")
    allocations = fields.List(fields.Nested(Part), validate=validate.Length(max=PARTS_MAX))


class NewAllocations(StrictSchema):
    """Without ``allocations`` the credit goes to what is owed, in the order of a payment."""

    allocations = fields.List(fields.Nested(Part), validate=validate.Length(1, PARTS_MAX))


class NewPaymentRefund(StrictSchema):
    """Without ``amount`` all that is left; ``by_hand`` says how it is returned if not to the card."""

    amount = MoneyField(positive=True)
    reason = Text(required=True, longest=200, metadata={"example": "Paid twice"})
    by_hand = fields.String(validate=one_of(BY_HAND), metadata={"example": "transfer"})
    reference = Text(longest=100, metadata={"example": "SPEI 4472"})


class PaymentQuery(ListQuery):
    sub_account_id = TypedId("sac")
    customer_id = TypedId("cus")
    invoice_id = TypedId("inv")
    method = fields.String(validate=one_of(METHODS), metadata={"example": "card"})
    state = fields.String(validate=one_of(STATES), metadata={"example": "settled"})
    search = Text(longest=100, metadata={"description": "Looks into payer and reference."})
    received_from = fields.Date(metadata={"example": "2026-03-01"})
    received_to = fields.Date(metadata={"example": "2026-03-31"})


class AllocationAnswer(StrictSchema):
    invoice_id = TypedId("inv")
    number = fields.String(metadata={"example": "INV-00042"})
    amount = MoneyField()


class PaymentRefundAnswer(StrictSchema):
    id = fields.String(attribute="public_id", metadata={"example": "prf_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    payment_id = TypedId("pay")
    amount = MoneyField()
    method = fields.String(validate=one_of(METHODS), metadata={"example": "card"})
    state = fields.String(validate=one_of(REFUND_STATES), metadata={"example": "settled"})
    failure = fields.String(allow_none=True, metadata={"example": None})
    reason = fields.String(metadata={"example": "Paid twice"})
    reference = fields.String(allow_none=True, metadata={"example": None})
    created_at = fields.AwareDateTime()


class PaymentAnswer(StrictSchema):
    """``unapplied`` is the payer's credit; ``allocations`` are what stands on invoices now."""

    id = fields.String(metadata={"example": "pay_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    seller = fields.String(metadata={"example": "sub_account"})
    sub_account_id = TypedId("sac")
    customer_id = TypedId("cus", allow_none=True)
    payer_name = fields.String()
    amount = MoneyField()
    unapplied = MoneyField()
    refunded = MoneyField()
    disputed = MoneyField()
    method = fields.String(validate=one_of(METHODS), metadata={"example": "card"})
    state = fields.String(validate=one_of(STATES), metadata={"example": "settled"})
    payment_method = TypedId("crd", allow_none=True)
    decline_class = fields.String(allow_none=True, validate=one_of(CLASSES), metadata={"example": None})
    decline_code = fields.String(allow_none=True, metadata={"example": None})
    reference = fields.String(allow_none=True, metadata={"example": None})
    received_on = fields.Date()
    created_at = fields.AwareDateTime()
    ended_at = fields.AwareDateTime(allow_none=True)
    allocations = fields.List(fields.Nested(AllocationAnswer))


class Payments(StrictSchema):
    data = fields.List(fields.Nested(PaymentAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)


class PaymentRefunds(StrictSchema):
    data = fields.List(fields.Nested(PaymentRefundAnswer))


class ReceiptQuery(StrictSchema):
    refund = TypedId("prf", metadata={"description": "The receipt of that refund of the payment."})


class Filters(FormSchema):
    method = fields.String(validate=one_of(METHODS))
    state = fields.String(validate=one_of(STATES))
    search = Text(longest=100)
    received_from = fields.Date(data_key="from")
    received_to = fields.Date(data_key="to")


class ListFilters(Filters):
    cursor = fields.String()


class ChoosePayer(FormSchema):
    payer = Text(required=True, longest=64)


class Received(WalletForm):
    """Money that came; ``split`` fields are read beside it."""

    amount = AmountText(required=True)
    method = fields.String(required=True, validate=one_of(BY_HAND))
    reference = Text(longest=100)
    received_on = fields.Date()
    request = Text(longest=64)


class Returned(WalletForm):
    amount = AmountText(required=True)
    reason = Text(required=True, longest=200)
    way = fields.String(load_default="card", validate=one_of(("card", *BY_HAND)))
    reference = Text(longest=100)
    request = Text(longest=64)
