"""Does everything still agree? Each comparison recomputes what is stored and names what differs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import aliased

from agency.foundation import ids
from agency.foundation.database.session import session
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from wallet.ledger.chart import AccountKind
from wallet.ledger.models import Account, Phase, Transfer
from wallet.ledger.queries import trial_balance


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """``what`` differs, in words for an operator, of the row called ``subject``."""

    what: str
    subject: str
    stored: str
    computed: str

    def __str__(self) -> str:
        return f"{self.what} {self.subject}: {self.stored} is stored, {self.computed} was computed"


Comparison = Callable[[], Iterable[Difference]]
_comparisons: list[Comparison] = []


def register(comparison: Comparison) -> None:
    """Let a feature compare its own figures with the ledger; listed once, in ``agency/app.py``."""
    if comparison not in _comparisons:
        _comparisons.append(comparison)


def verify(agency_id: UUID) -> list[Difference]:
    """Recompute the agency's stored sums, and whatever features compare; empty when all agree.

    Called in the agency's scope, within a transaction; it writes nothing.
    """
    if scope.agency_id() != agency_id:
        raise scope.TenantMissing("verify works in the agency's own scope")
    mine: list[Comparison] = [_sums, _captures, _trial_balance, _moved_credit]
    return [difference for comparison in [*mine, *_comparisons] for difference in comparison()]


RECOMPUTED = text("""
WITH ended AS (
    SELECT pending_id FROM transfers WHERE agency_id = :agency_id AND pending_id IS NOT NULL
), counted AS (
    SELECT t.debit_account_id, t.credit_account_id, t.phase, t.amount
    FROM transfers t LEFT JOIN ended e ON e.pending_id = t.id
    WHERE t.agency_id = :agency_id
        AND (t.phase = 'posted' OR (t.phase = 'pending' AND e.pending_id IS NULL))
), computed AS (
    SELECT id,
        coalesce(sum(amount) FILTER (WHERE is_debit AND phase = 'posted'), 0) AS debits_posted,
        coalesce(sum(amount) FILTER (WHERE NOT is_debit AND phase = 'posted'), 0) AS credits_posted,
        coalesce(sum(amount) FILTER (WHERE is_debit AND phase = 'pending'), 0) AS debits_pending,
        coalesce(sum(amount) FILTER (WHERE NOT is_debit AND phase = 'pending'), 0) AS credits_pending
    FROM (
        SELECT debit_account_id AS id, true AS is_debit, phase, amount FROM counted
        UNION ALL
        SELECT credit_account_id, false, phase, amount FROM counted
    ) sides GROUP BY id
)
SELECT a.id, a.kind,
    a.debits_posted, a.credits_posted, a.debits_pending, a.credits_pending,
    coalesce(c.debits_posted, 0), coalesce(c.credits_posted, 0),
    coalesce(c.debits_pending, 0), coalesce(c.credits_pending, 0)
FROM ledger_accounts a LEFT JOIN computed c ON c.id = a.id
WHERE a.agency_id = :agency_id AND (
    a.debits_posted, a.credits_posted, a.debits_pending, a.credits_pending
) IS DISTINCT FROM (
    coalesce(c.debits_posted, 0), coalesce(c.credits_posted, 0),
    coalesce(c.debits_pending, 0), coalesce(c.credits_pending, 0)
)
ORDER BY a.id
""")
SUMS = ("debits posted", "credits posted", "debits pending", "credits pending")


def _sums() -> Iterable[Difference]:
    for account_id, kind, *figures in session.connection().execute(RECOMPUTED, {"agency_id": scope.agency_id()}):
        for name, stored, computed in zip(SUMS, figures[:4], figures[4:], strict=True):
            if stored != computed:
                yield Difference(
                    what=f"{name} of the {kind} account",
                    subject=ids.encode(Account.prefix, account_id),
                    stored=str(stored),
                    computed=str(int(computed)),
                )


def _captures() -> Iterable[Difference]:
    """A pending transfer is ended on its own accounts, and for no more than it reserved."""
    ending, pending = aliased(Transfer), aliased(Transfer)
    rows = session.execute(
        select(ending, pending)
        .outerjoin(pending, (pending.agency_id == ending.agency_id) & (pending.id == ending.pending_id))
        .where(
            ending.pending_id.is_not(None),
            pending.id.is_(None)
            | (pending.phase != Phase.PENDING)
            | (pending.debit_account_id != ending.debit_account_id)
            | (pending.credit_account_id != ending.credit_account_id)
            | (ending.amount > pending.amount),
        )
    )
    for row, reserved in rows:
        yield Difference(
            what="the end of a pending transfer",
            subject=row.public_id,
            stored=str(row.money),
            computed=f"at most {reserved.money if reserved else 'nothing'} on the same accounts",
        )


def _trial_balance() -> Iterable[Difference]:
    totals = trial_balance()
    for currency in sorted({total.currency for total in totals}):
        debits = Money.sum([total.debits for total in totals if total.currency == currency], currency)
        credited = Money.sum([total.credits for total in totals if total.currency == currency], currency)
        if debits != credited:
            yield Difference(what="the trial balance", subject=currency, stored=str(debits), computed=str(credited))


def _moved_credit() -> Iterable[Difference]:
    """What left one sub-account's books arrived in another's."""
    rows = session.execute(
        select(Account.currency, func.sum(Account.credits_posted - Account.debits_posted))
        .where(Account.kind == AccountKind.MOVED_CREDIT)
        .group_by(Account.currency)
    )
    for currency, left in rows:
        if left:
            yield Difference(
                what="moved credit", subject=currency, stored=str(Money(int(left), currency)), computed="0"
            )
