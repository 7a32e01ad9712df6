"""Bill everything due at a moment, in sets; a sub-account that fails is parked, the rest is billed."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from agency.foundation.database.session import session, transaction
from agency.foundation.money import Money
from subaccounts.billing_run.operations.combining import combine
from subaccounts.billing_run.operations.parking import park, reason_of
from subaccounts.subscriptions.operations.alike import advance_alike
from subaccounts.subscriptions.operations.claiming import Claimed, claim
from subaccounts.subscriptions.operations.outcome import Outcome

log = logging.getLogger(__name__)
# Few enough that a set's locks are short, enough that its statements cost little each.
SET = 10_000
# How far a run has come in the order of the cursor.
Place = tuple[datetime, UUID]
START: Place = (datetime.min.replace(tzinfo=UTC), UUID(int=0))


@dataclass(slots=True)
class Report:
    """What a run did, or would do: subscriptions looked at, bills, their sums, and who failed and why.

    ``rehearsed`` are the clients of a dry run, which is not to count again what came with another of their set.
    """

    subscriptions: int = 0
    bills: int = 0
    totals: Counter[str] = field(default_factory=Counter)
    failures: dict[UUID, str] = field(default_factory=dict)
    rehearsed: set[UUID] = field(default_factory=set)

    def count(self, subscriptions: int, outcome: Outcome) -> None:
        self.subscriptions += subscriptions
        self.bills += len({bill.id for bill in outcome.bills})
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
    report, place = Report(), START
    while done := _one_set(now, report, place, size=size, dry_run=dry_run):
        on_progress(len(done))
        own = [each for each in done if each.is_of_set]
        if not own:  # Others hold the set itself, and bill it.
            break
        place = own[-1].due_at, own[-1].debtor.subscription_id
    return report


def _one_set(now: datetime, report: Report, place: Place, *, size: int, dry_run: bool) -> list[Claimed]:
    """Claim and bill the next set; one that fails is done again client by client, so that only one is parked."""
    claimed: list[Claimed] = []
    try:
        _bill(now, claimed, report, after=place, size=size, dry_run=dry_run)
    except Exception:  # Whatever it is, it is one client's, and must not stop the others.
        log.exception("A set of %s subscriptions could not be billed; trying client by client.", len(claimed))
        _client_by_client(now, claimed, report, dry_run=dry_run)
    return claimed


def _client_by_client(now: datetime, claimed: Sequence[Claimed], report: Report, *, dry_run: bool) -> None:
    clients: dict[UUID, list[UUID]] = {}
    for each in claimed:
        clients.setdefault(each.debtor.sub_account_id, []).append(each.debtor.subscription_id)
    for sub_account_id, subscription_ids in clients.items():
        try:
            _bill(now, [], report, after=START, size=len(subscription_ids), dry_run=dry_run, only=subscription_ids)
        except Exception as error:
            reason = reason_of(error)
            log.exception("Billing a client failed and is parked.")
            report.failures[sub_account_id] = reason
            if not dry_run:
                park(subscription_ids, reason, now=now)


def _bill(
    now: datetime,
    claimed: list[Claimed],
    report: Report,
    *,
    after: Place,
    size: int,
    dry_run: bool,
    only: Sequence[UUID] | None = None,
) -> None:
    """Compute everything first, then write it; a dry run forgets it instead."""
    with transaction(), session.no_autoflush:
        claimed.extend(claim(now, after=after, size=size, only=only))
        fresh = [each for each in claimed if each.debtor.sub_account_id not in report.rehearsed]
        outcome = advance_alike(fresh, by=now)
        combine(outcome.bills)
        if dry_run:
            report.rehearsed |= {each.debtor.sub_account_id for each in fresh}
            session.expunge_all()
        else:
            outcome.write(now=now)
    session.expunge_all()
    report.count(len(fresh), outcome)
