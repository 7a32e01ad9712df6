from marshmallow import fields

from agency.foundation.schemas import MoneyField, StrictSchema, Text, TypedId
from agency.tenants.schemas import SuspensionAnswer, SuspensionReason, about


class ClosureBody(SuspensionReason):
    successor_id = TypedId(
        "sac", load_default=None, allow_none=True, metadata={"description": "Whose wallet bought credit moves on to."}
    )
    returned = MoneyField(
        load_default=None,
        allow_none=True,
        metadata={"description": "What you expect to go back; where it would be another amount, nothing is closed."},
    )


class ClosureForm(SuspensionReason):
    """``returned`` is the figure that the page showed, in major units."""

    successor_id = TypedId("sac", load_default=None, allow_none=True)
    returned = Text(required=True, longest=40)


class EmptiedAnswer(StrictSchema):
    """What became of the wallet of a closed sub-account."""

    returned = MoneyField()
    moved = MoneyField()
    successor_id = TypedId("sac", allow_none=True)
    lost = MoneyField()
    still_owed = MoneyField()


class ClosureAnswer(SuspensionAnswer):
    sub_account_id = TypedId("sac", attribute="suspension.sub_account_id")
    kind = fields.String(attribute="suspension.kind", metadata={"example": "closure"})
    reason = fields.String(attribute="suspension.reason", metadata={"example": "Moved away"})
    began_at = fields.AwareDateTime(attribute="suspension.began_at")
    began_by = fields.String(attribute="suspension.began_by", metadata={"example": "Ana Ruiz"})
    wallet = fields.Nested(EmptiedAnswer)
    subscriptions_ended = fields.Integer(attribute="subscriptions", metadata={"example": 1})
    statement_id = TypedId("stm", attribute="statement.id")


class ReturnedToCardAnswer(StrictSchema):
    card = fields.String(allow_none=True, metadata=about("None: no card paid for it, return it by hand.", "Visa 4242"))
    amount = MoneyField()


class EndingAnswer(StrictSchema):
    subscription_id = TypedId("sub", attribute="subscription.id")
    product = fields.String(metadata={"example": "Growth"})
    credit = MoneyField(metadata={"description": "Paid ahead and not used; becomes credit of the account."})


class ClosingPlanAnswer(StrictSchema):
    """What closing would do now; of a closed one, what ``returns`` would do."""

    returned = MoneyField(attribute="wallet.returned")
    returns = fields.List(fields.Nested(ReturnedToCardAnswer))
    lost = MoneyField(attribute="wallet.lost")
    still_owed = MoneyField(attribute="wallet.still_owed")
    held = MoneyField(metadata={"description": "Freed at first; counted in what is returned or lost."})
    endings = fields.List(fields.Nested(EndingAnswer))
    open_invoices = fields.List(MoneyField(), metadata={"description": "Left to pay, by currency."})
