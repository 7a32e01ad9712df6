"""Bill everything due at a moment, in sets; a sub-account that fails is parked, the rest is billed."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.sql.elements import ColumnElement

from agency.foundation.database.session import session, transaction
from agency.foundation.errors import DomainError
from agency.foundation.money import Money
from subaccounts.subscriptions.holdings import holdings
from subaccounts.subscriptions.models.subscriptions import Subscription
from subaccounts.subscriptions.operations.advancing import advance
from subaccounts.subscriptions.operations.outcome import Outcome

log = logging.getLogger(__name__)
# Few enough that a set's locks are short, enough that its statements cost little each.
SET = 500
REASON_MAX = 500


class DryRun(Exception):  # No error: it undoes what was only to be seen.
    """Everything was done but for the commit."""


@dataclass(slots=True)
class Report:
    """What a run did, or would do: subscriptions looked at, bills, their sums, and who failed and why."""

    subscriptions: int = 0
    bills: int = 0
    totals: Counter[str] = field(default_factory=Counter)
    failures: dict[UUID, str] = field(default_factory=dict)

    def count(self, subscriptions: int, outcome: Outcome) -> None:
        self.subscriptions += subscriptions
        self.bills += len(outcome.bills)
        for bill in outcome.bills:
            self.totals[bill.currency] += bill.total.micros

    @property
    def amounts(self) -> list[Money]:
        return [Money(micros, currency) for currency, micros in sorted(self.totals.items())]


Progress = Callable[[int], None]


def run(
    now: datetime, *, dry_run: bool = False, size: int = SET, on_progress: Progress = lambda _count: None
) -> Report:
    """Bill the agency in scope. Safe to cut off and to run twice, at once too: each set commits or is as before."""
    report, seen = Report(), set[UUID]()
    while True:
        done = _one_set(now, report, seen, size=size, dry_run=dry_run)
        if not done:
            return report
        on_progress(done)


def count_due(now: datetime) -> int:
    with transaction():
        return len(session.scalars(select(Subscription.id).where(*_due(now))).all())


def unpark() -> None:
    """Let the next run try again what had failed."""
    parked = update(Subscription).where(Subscription.parked_at.is_not(None))
    session.execute(parked.values(parked_at=None, parked_reason=None).execution_options(synchronize_session=False))


def _one_set(now: datetime, report: Report, seen: set[UUID], *, size: int, dry_run: bool) -> int:
    """Claim and bill the next set; one that fails is done again client by client, so that only one is parked."""
    claimed: list[UUID] = []
    try:
        outcome = _bill(now, claimed, *_due(now), Subscription.id.not_in(seen), size=size, dry_run=dry_run)
        report.count(len(claimed), outcome)
    except Exception:  # Whatever it is, it is one client's, and must not stop the others.
        log.exception("A set of %s subscriptions could not be billed; trying client by client.", len(claimed))
        _client_by_client(now, claimed, report, dry_run=dry_run)
    if dry_run:
        seen.update(claimed)
    return len(claimed)


def _client_by_client(now: datetime, claimed: Sequence[UUID], report: Report, *, dry_run: bool) -> None:
    with transaction():
        rows = session.execute(
            select(Subscription.sub_account_id, Subscription.id).where(Subscription.id.in_(claimed))
        ).all()
    clients: dict[UUID, list[UUID]] = {}
    for sub_account_id, subscription_id in rows:
        clients.setdefault(sub_account_id, []).append(subscription_id)
    for sub_account_id, subscription_ids in clients.items():
        billed: list[UUID] = []
        theirs = Subscription.id.in_(subscription_ids)
        try:
            outcome = _bill(now, billed, *_due(now), theirs, size=len(subscription_ids), dry_run=dry_run)
            report.count(len(billed), outcome)
        except Exception as error:
            reason = _reason(error)
            log.exception("Billing a client failed and is parked.")
            report.failures[sub_account_id] = reason
            if not dry_run:
                _park(subscription_ids, reason, now=now)


def _bill(now: datetime, claimed: list[UUID], *wanted: ColumnElement[bool], size: int, dry_run: bool) -> Outcome:
    """Compute everything first, then write it; a dry run forgets it instead."""
    outcome = Outcome()
    with transaction(), session.no_autoflush:
        rows = session.scalars(
            select(Subscription)
            .where(*wanted)
            .order_by(Subscription.sub_account_id, Subscription.id)
            .limit(size)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        ).all()
        claimed.extend(row.id for row in rows)
        for held in holdings(rows):
            advance(held, by=now, outcome=outcome)
        if dry_run:
            session.expunge_all()
        else:
            outcome.write(now=now)
    session.expunge_all()
    return outcome


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Subscription.next_billing_at <= now, Subscription.parked_at.is_(None)


def _park(subscription_ids: Sequence[UUID], reason: str, *, now: datetime) -> None:
    with transaction():
        session.execute(
            update(Subscription)
            .where(Subscription.id.in_(subscription_ids))
            .values(parked_at=now, parked_reason=reason)
            .execution_options(synchronize_session=False)
        )


def _reason(error: Exception) -> str:
    return str(error)[:REASON_MAX] if isinstance(error, DomainError) else type(error).__name__
