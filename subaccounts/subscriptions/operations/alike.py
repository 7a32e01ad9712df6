"""Subscriptions that are alike in all that billing reads: one is advanced, the others get copies of what it led to."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from agency.foundation.database.bulk import any_of
from agency.foundation.database.session import session
from subaccounts.subscriptions.bills import Debtor
from subaccounts.subscriptions.holdings import holdings
from subaccounts.subscriptions.models.subscriptions import Subscription
from subaccounts.subscriptions.operations.advancing import advance
from subaccounts.subscriptions.operations.claiming import Claimed
from subaccounts.subscriptions.operations.outcome import Outcome


def advance_alike(claimed: Sequence[Claimed], *, by: datetime) -> Outcome:
    """Do all that is due of each by a moment; nothing is stored before the outcome is written."""
    alike: dict[str, list[Debtor]] = {}
    for each in claimed:
        alike.setdefault(each.likeness, []).append(each.debtor)
    others = {first.subscription_id: rest for first, *rest in alike.values()}
    rows = session.scalars(
        select(Subscription)
        .where(Subscription.id == any_of(others))
        .order_by(Subscription.id)
        .execution_options(populate_existing=True)
    ).all()
    outcome = Outcome()
    for held in holdings(rows):
        first = Outcome()
        advance(held, by=by, outcome=first)
        held.subscription.times_parked = 0
        outcome.join(held.subscription.id, first, others[held.subscription.id])
    return outcome
