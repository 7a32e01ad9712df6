"""Chargebacks: what a cardholder's bank takes back, as the processor tells it. Each step is told above once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from agency.foundation import events
from agency.foundation.database.session import session
from agency.foundation.money import Money
from wallet.charges.claims import locked_charge
from wallet.charges.events import DisputeLost, DisputeOpened, DisputeWon
from wallet.charges.models import Charge, Dispute, DisputeState


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeNews:
    """How a dispute stands at the processor: ``state`` is where it has come to by now."""

    stripe_dispute: str
    amount: Money
    reason: str
    state: DisputeState


def note_dispute(charge: Charge, news: DisputeNews, *, now: datetime) -> Dispute:
    """Keep it, and tell what is new; news that comes twice, or late, changes nothing."""
    charge = locked_charge(charge.id)
    dispute = session.scalar(
        select(Dispute).where(Dispute.charge_id == charge.id, Dispute.stripe_dispute == news.stripe_dispute)
    ) or _opened(charge, news, now=now)
    if dispute.state is DisputeState.OPEN and news.state is not DisputeState.OPEN:
        dispute.state, dispute.ended_at = news.state, now
        session.flush()
        told = DisputeLost if news.state is DisputeState.LOST else DisputeWon
        events.publish(told(dispute=dispute, charge=charge, at=now))
    return dispute


def _opened(charge: Charge, news: DisputeNews, *, now: datetime) -> Dispute:
    dispute = Dispute(
        sub_account_id=charge.sub_account_id,
        charge_id=charge.id,
        stripe_dispute=news.stripe_dispute,
        amount_micros=news.amount.micros,
        currency=news.amount.currency,
        reason=news.reason,
        opened_at=now,
    )
    session.add(dispute)
    session.flush()
    events.publish(DisputeOpened(dispute=dispute, charge=charge, at=now))
    return dispute
