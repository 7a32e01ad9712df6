"""What may be sent about automatic recharge, and how it is answered."""

from marshmallow import fields

from agency.foundation.schemas import MoneyField, StrictSchema, Text, TypedId, one_of
from wallet.charges.rules import DeclineClass
from wallet.payment_methods.schemas import ConsentGiven
from wallet.recharge.models import LiftedBy, PauseReason, RechargeState
from wallet.recharge.queries import RuleState
from wallet.recharge.rules.decision import Reason

STATES = tuple(state.value for state in RechargeState)
REASONS = tuple(reason.value for reason in Reason)
PAUSES = tuple(reason.value for reason in PauseReason)
LIFTS = tuple(how.value for how in LiftedBy)
CLASSES = tuple(found.value for found in DeclineClass)
RULE_STATES = tuple(state.value for state in RuleState)


class RuleTermsFields(StrictSchema):
    """Either ``amount`` or ``target``. Without ``monthly_cap`` it is ten times what one recharge usually takes."""

    threshold = MoneyField(required=True)
    amount = MoneyField()
    target = MoneyField()
    monthly_cap = MoneyField()


class NewRule(RuleTermsFields):
    """``cards`` in their order; without them the primary card and its backups.

    ``confirm`` says that a charge at once is fine, where the balance is at or below the threshold already.
    """

    cards = fields.List(TypedId("crd"))
    consent = fields.Nested(ConsentGiven)
    confirm = fields.Boolean(load_default=False, metadata={"example": True})


class PauseAnswer(StrictSchema):
    """``lifted_by`` is a charge that succeeded, a card of another number, or staff with a reason."""

    reason = fields.String(validate=one_of(PAUSES), metadata={"example": "declined"})
    code = fields.String(allow_none=True, metadata={"example": "insufficient_funds"})
    began_at = fields.AwareDateTime()
    ended_at = fields.AwareDateTime(allow_none=True)
    lifted_by = fields.String(allow_none=True, validate=one_of(LIFTS), metadata={"example": None})
    lift_reason = fields.String(allow_none=True, metadata={"example": None})


class RuleAnswer(StrictSchema):
    """``state`` is what holds: never *on* while it is paused or has no card."""

    state = fields.String(validate=one_of(RULE_STATES), metadata={"example": "on"})
    threshold = MoneyField(attribute="terms.threshold")
    amount = MoneyField(attribute="terms.amount", allow_none=True)
    target = MoneyField(attribute="terms.target", allow_none=True)
    monthly_cap = MoneyField(attribute="terms.monthly_cap")
    charged_this_month = MoneyField()
    cards = fields.List(TypedId("crd"), attribute="card_ids")
    pause = fields.Nested(PauseAnswer, allow_none=True)
    consent_text = fields.String(attribute="rule.consent_text", metadata={"example": "Charge my card when low."})
    consented_by = fields.String(attribute="rule.consented_by", metadata={"example": "Ana Ruiz"})
    consented_at = fields.AwareDateTime(attribute="rule.consented_at")
    looks_again_at = fields.AwareDateTime(attribute="rule.look_at", allow_none=True)


class LiftWish(StrictSchema):
    reason = Text(required=True, longest=500, metadata={"example": "The bank has lifted its block."})


class RechargeAnswer(StrictSchema):
    id = fields.String(attribute="public_id", metadata={"example": "rch_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    sub_account_id = TypedId("sac")
    amount = MoneyField()
    balance_before = MoneyField()
    state = fields.String(validate=one_of(STATES), metadata={"example": "settled"})
    decline_class = fields.String(allow_none=True, validate=one_of(CLASSES), metadata={"example": None})
    decline_code = fields.String(allow_none=True, metadata={"example": None})
    next_try_at = fields.AwareDateTime(allow_none=True)
    transaction_id = TypedId("txn", allow_none=True)
    created_at = fields.AwareDateTime()
    ended_at = fields.AwareDateTime(allow_none=True)


class Recharges(StrictSchema):
    data = fields.List(fields.Nested(RechargeAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)


class DecisionAnswer(StrictSchema):
    """The same answer again is counted: ``times``, the last at ``last_at``, with the balance seen then.

    ``is_early``: it charged sooner after a success than ten minutes, as the agency allows.
    """

    id = fields.String(attribute="public_id", metadata={"example": "rdc_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    reason = fields.String(validate=one_of(REASONS), metadata={"example": "fired"})
    balance = MoneyField()
    threshold = MoneyField()
    amount = MoneyField(allow_none=True)
    recharge_id = TypedId("rch", allow_none=True)
    is_early = fields.Boolean(metadata={"example": False})
    times = fields.Integer(metadata={"example": 1})
    decided_at = fields.AwareDateTime()
    last_at = fields.AwareDateTime()


class Decisions(StrictSchema):
    data = fields.List(fields.Nested(DecisionAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)


class SimulatedAnswer(StrictSchema):
    at = fields.AwareDateTime()
    amount = MoneyField()
    balance_after = MoneyField()


class SimulationAnswer(StrictSchema):
    """What the rule would have done to the last 90 days, with a card that always pays at once."""

    recharges = fields.List(fields.Nested(SimulatedAnswer))
    capped_at = fields.List(fields.AwareDateTime())
    charged = MoneyField()
    balance = MoneyField()
    lowest = MoneyField()
