"""What becomes of a top-up, told by the door in the transaction that settles."""

from datetime import datetime
from uuid import UUID

from agency.foundation.money import Money
from wallet.charges.events import (
    ChargeAbandoned,
    ChargeDeclined,
    ChargeNeedsAuthentication,
    ChargeSettled,
    DisputeLost,
    DisputeWon,
    RefundFailed,
    RefundSettled,
)
from wallet.charges.models import Charge, Dispute, Refund
from wallet.charges.operations import FOREIGN_REFUND
from wallet.credits.operations.disputes import DisputeNews, heed_dispute
from wallet.top_ups.models import TopUp, TopUpRefundPart, TopUpState
from wallet.top_ups.operations.adding import CONFIRMED_WITHIN, TOP_UP
from wallet.top_ups.operations.crediting import give_credit
from wallet.top_ups.operations.refunding import SOURCE, refused, returned
from wallet.top_ups.queries import brought_credit, refund_part, top_up


def credit_top_up(event: ChargeSettled) -> None:
    """Money that has settled is credited even where nobody waited for it any more."""
    found = _asked_for(event.charge)
    if found is None:
        return
    credited = give_credit(event.charge, event.attempt, now=event.at)
    found.state, found.ended_at, found.due_at = TopUpState.SETTLED, event.at, None
    found.transaction_id = credited.transaction.id
    found.paid_owed_micros, found.bonus_micros = credited.paid_owed.micros, credited.bonus.micros


def decline_top_up(event: ChargeDeclined) -> None:
    found = _asked_for(event.charge)
    if found is not None:
        found.state, found.ended_at, found.due_at = TopUpState.DECLINED, event.at, None
        found.decline_class, found.decline_code = event.attempt.decline_class, event.attempt.decline_code


def await_confirmation(event: ChargeNeedsAuthentication) -> None:
    found = _asked_for(event.charge)
    if found is not None:
        found.state, found.due_at = TopUpState.NEEDS_AUTHENTICATION, event.at + CONFIRMED_WITHIN


def abandon_top_up(event: ChargeAbandoned) -> None:
    found = _asked_for(event.charge)
    if found is not None:
        found.state, found.ended_at, found.due_at = TopUpState.ABANDONED, event.at, None


def settle_refund(event: RefundSettled) -> None:
    """One that was given at the processor's own pages takes its credit back, spent or not."""
    part = _part(event.refund)
    if part is not None:
        returned(part, event.charge, now=event.at)
    elif event.refund.source_type == FOREIGN_REFUND and brought_credit(event.charge.id):
        _heed(event.refund.id, event.charge, event.refund.amount, at=event.at)


def undo_failed_refund(event: RefundFailed) -> None:
    part = _part(event.refund)
    if part is not None:
        refused(part, event.refund.failure, now=event.at)


def lose_dispute(event: DisputeLost) -> None:
    _heed_dispute(event.dispute, event.charge, event.dispute.amount, at=event.at)


def win_dispute(event: DisputeWon) -> None:
    _heed_dispute(event.dispute, event.charge, Money.zero(event.dispute.currency), at=event.at)


def _heed_dispute(dispute: Dispute, charge: Charge, taken: Money, *, at: datetime) -> None:
    if brought_credit(charge.id):
        _heed(dispute.id, charge, taken, at=at)


def _heed(taking_id: UUID, charge: Charge, taken: Money, *, at: datetime) -> None:
    news = DisputeNews(dispute_id=taking_id, charge_id=charge.id, taken=taken, occurred_at=at)
    heed_dispute(news, now=at)


def _part(refund: Refund) -> TopUpRefundPart | None:
    return refund_part(refund.source_id) if refund.source_type == SOURCE else None


def _asked_for(charge: Charge) -> TopUp | None:
    return top_up(charge.source_id) if charge.source_type == TOP_UP else None
