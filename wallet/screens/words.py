"""How recharges and refusals of cards are spoken of: what happened, and what somebody can do about it."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from wallet.charges.rules import DeclineClass
from wallet.credits.models.limits import CapKind, CapPeriod
from wallet.payment_methods.models import PaymentMethod
from wallet.payment_methods.words import brand_name, refusal_words
from wallet.recharge.models import LiftedBy, PauseReason, RechargeState
from wallet.recharge.rules.decision import Reason
from wallet.top_ups.models import RefundPartState, TopUp

REMEDIES_AT_HAND: dict[DeclineClass, LazyString] = {
    DeclineClass.SOFT: _l("Use another card, or try again later."),
    DeclineClass.HARD: _l("Use another card."),
    DeclineClass.NEEDS_AUTHENTICATION: _l("Try again and answer your bank's question."),
    DeclineClass.OURS: _l("Nothing is wrong with the card: try again in a few minutes."),
}

PAUSES: dict[PauseReason, LazyString] = {
    PauseReason.DECLINED: _l("The card was declined each time it was tried."),
    PauseReason.REFUSED: _l("The bank declined the card for good."),
    PauseReason.NEEDS_AUTHENTICATION: _l("The bank wants the cardholder to confirm the charge."),
    PauseReason.DISPUTED: _l("A charge was disputed with the bank."),
    PauseReason.OURS: _l("The card processor could not be reached for hours."),
}
REMEDIES: dict[PauseReason, LazyString] = {
    PauseReason.DECLINED: _l("Add another card, or add funds once: either resumes it."),
    PauseReason.REFUSED: _l("Add another card: it resumes at once."),
    PauseReason.NEEDS_AUTHENTICATION: _l(
        "Confirm with the link in the mail, valid for 24 hours; or add funds once: either resumes it."
    ),
    PauseReason.DISPUTED: _l("Settle the dispute first; then staff can resume it."),
    PauseReason.OURS: _l("Nothing is wrong with the card. Add funds once, or ask for it to be resumed."),
}

LIFTS: dict[LiftedBy, LazyString] = {
    LiftedBy.CHARGE: _l("Resumed by a charge that was paid"),
    LiftedBy.CARD: _l("Resumed by another card"),
    LiftedBy.STAFF: _l("Resumed by staff"),
}

REASONS: dict[Reason, LazyString] = {
    Reason.FIRED: _l("Charged"),
    Reason.ABOVE_THRESHOLD: _l("Above the threshold"),
    Reason.PAUSED: _l("Paused"),
    Reason.OPEN_RECHARGE: _l("A recharge was under way"),
    Reason.NO_CARD: _l("No card to charge"),
    Reason.COOLING_DOWN: _l("Too soon after the last one"),
    Reason.CAP_REACHED: _l("Monthly cap reached"),
}
REASON_TONES: dict[Reason, str] = {
    Reason.FIRED: "positive",
    Reason.ABOVE_THRESHOLD: "quiet",
    Reason.PAUSED: "critical",
    Reason.OPEN_RECHARGE: "accent",
    Reason.NO_CARD: "critical",
    Reason.COOLING_DOWN: "warning",
    Reason.CAP_REACHED: "warning",
}

RECHARGES: dict[RechargeState, LazyString] = {
    RechargeState.REQUESTED: _l("Starting"),
    RechargeState.CHARGING: _l("Charging the card"),
    RechargeState.RETRYING: _l("Trying again later"),
    RechargeState.NEEDS_AUTHENTICATION: _l("Waiting for the cardholder"),
    RechargeState.UNKNOWN: _l("Waiting for the bank's answer"),
    RechargeState.SETTLED: _l("Added"),
    RechargeState.DECLINED: _l("Declined"),
    RechargeState.ABANDONED: _l("Not carried out"),
}
RECHARGE_TONES: dict[RechargeState, str] = {
    RechargeState.REQUESTED: "accent",
    RechargeState.CHARGING: "accent",
    RechargeState.RETRYING: "warning",
    RechargeState.NEEDS_AUTHENTICATION: "warning",
    RechargeState.UNKNOWN: "accent",
    RechargeState.SETTLED: "positive",
    RechargeState.DECLINED: "critical",
    RechargeState.ABANDONED: "quiet",
}

REFUNDS: dict[RefundPartState, LazyString] = {
    RefundPartState.PROCESSING: _l("On its way"),
    RefundPartState.SETTLED: _l("Returned"),
    RefundPartState.FAILED: _l("Turned back"),
    RefundPartState.BY_HAND: _l("By hand"),
}
REFUND_TONES: dict[RefundPartState, str] = {
    RefundPartState.PROCESSING: "accent",
    RefundPartState.SETTLED: "positive",
    RefundPartState.FAILED: "critical",
    RefundPartState.BY_HAND: "warning",
}

CAP_PERIODS: dict[CapPeriod, LazyString] = {
    CapPeriod.DAY: _l("a day"),
    CapPeriod.MONTH: _l("a month"),
}
CAP_KINDS: dict[CapKind, LazyString] = {
    CapKind.SOFT: _l("Tells"),
    CapKind.HARD: _l("Tells and stops"),
}
CAP_TONES: dict[CapKind, str] = {CapKind.SOFT: "quiet", CapKind.HARD: "warning"}


def decline_words(top_up: TopUp) -> str:
    """What happened, what was not done, what to do."""
    said = refusal_words(top_up.decline_code)
    remedy = REMEDIES_AT_HAND[top_up.decline_class or DeclineClass.SOFT]
    return " ".join([str(said), _("Nothing was charged."), str(remedy)])


def card_words(card: PaymentMethod) -> str:
    """``Visa ending in 4242``."""
    return str(_("%(brand)s ending in %(last4)s", brand=brand_name(card.brand), last4=card.last4))
