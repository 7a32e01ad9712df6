"""What installed apps hear from the rooms below, in their transactions."""

from datetime import datetime
from fractions import Fraction

from sqlalchemy import select

from agency.foundation.actor import PLATFORM
from agency.foundation.database.session import session
from agency.plans.rules.components import Component
from marketplace.catalogue.queries import listed_prices
from marketplace.installs.models.charges import AppChargeKind
from marketplace.installs.models.installs import Install, InstallState, WhyRemoved
from marketplace.installs.operations import sharing
from marketplace.installs.operations.removing import end_install
from marketplace.installs.operations.sharing import reverse
from marketplace.installs.operations.telling import PAST_DUE, PLAN_CHANGED, RECOVERED, tell
from subaccounts.billing_run.models import AmountDue, DueState
from subaccounts.billing_run.queries import dues
from subaccounts.payments.booking import PAYMENT
from subaccounts.subscriptions.events import SubscriptionsBilled, SubscriptionsMoved
from subaccounts.subscriptions.holdings import holding
from subaccounts.subscriptions.models.course import Happened
from subaccounts.subscriptions.queries import subscription
from wallet.charges.events import DisputeLost, RefundSettled


def share_bills(event: SubscriptionsBilled) -> None:
    sharing.share_bills(event.bills, now=event.at)


def follow_subscriptions(event: SubscriptionsMoved) -> None:
    """An install goes where its subscription goes: behind with its payments, to another plan, to its end."""
    moves = [move for move in event.moves if move.kind in _FOLLOWED]
    if not moves:
        return
    moved = {move.subscription_id for move in moves}
    found = select(Install).where(Install.subscription_id.in_(moved), Install.removed_at.is_(None)).order_by(Install.id)
    for row in session.scalars(found.execution_options(populate_existing=True)).all():
        for move in moves:
            if move.subscription_id == row.subscription_id:
                _FOLLOWED[move.kind](row, event.at)


def _past_due(row: Install, now: datetime) -> None:
    row.state = InstallState.PAST_DUE
    tell(PAST_DUE, row, now=now)


def _recovered(row: Install, now: datetime) -> None:
    row.state = InstallState.ACTIVE
    tell(RECOVERED, row, now=now)


def _changed(row: Install, now: datetime) -> None:
    items = holding(subscription(row.subscription_id)).terms.items if row.subscription_id else ()
    lines = [item.price.line_id for item in items if item.price.component is Component.BASE]
    listed = next(iter(listed_prices(lines).values()), None)
    if listed is not None and listed.id != row.app_price_id:
        row.app_price_id = listed.id
        session.flush()
        tell(PLAN_CHANGED, row, now=now)


def _canceled(row: Install, now: datetime) -> None:
    unpaid = _stopped(row)
    was_behind = row.state is InstallState.PAST_DUE or bool(unpaid)
    for due in unpaid:
        part = Fraction(due.asked.micros, due.total_micros)
        reverse(due.id, part, AppChargeKind.UNCOLLECTED, "unpaid", now=now, of=row)
    end_install(row, WhyRemoved.UNPAID if was_behind else WhyRemoved.ENDED, by=PLATFORM, now=now)


_FOLLOWED = {
    Happened.PAST_DUE: _past_due,
    Happened.RECOVERED: _recovered,
    Happened.CHANGED: _changed,
    Happened.CANCELED: _canceled,
}


def reverse_disputed(event: DisputeLost) -> None:
    """The bank took the money of a bill back: each gives back its share."""
    if event.charge.source_type == PAYMENT:
        part = Fraction(event.dispute.amount_micros, event.charge.amount.micros)
        name = f"dispute:{event.dispute.id}"
        reverse(event.charge.source_id, part, AppChargeKind.DISPUTE, name, now=event.at)


def reverse_refunded(event: RefundSettled) -> None:
    """The card got the money of a bill back: each gives back its share."""
    if event.charge.source_type == PAYMENT:
        part = Fraction(event.refund.amount.micros, event.charge.amount.micros)
        reverse(event.charge.source_id, part, AppChargeKind.REFUND, f"refund:{event.refund.id}", now=event.at)


def _stopped(row: Install) -> list[AmountDue]:
    """What of its subscription nobody asks for any more, though it was not paid."""
    if row.subscription_id is None:
        return []
    return [due for due in dues(subscription(row.subscription_id), DueState.STOPPED) if due.asked]
