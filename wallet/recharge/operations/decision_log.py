"""Every evaluation is kept; the same answer as the one before is counted on its row."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from agency.foundation import ids
from agency.foundation.database.session import session
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from wallet.recharge.models import RechargeDecision, RechargeRule
from wallet.recharge.rules.decision import Decision, Reason

AGAIN = text("""
UPDATE recharge_decisions d SET times = d.times + 1, last_at = :now, balance_micros = seen.balance
FROM unnest(cast(:ids AS uuid[]), cast(:balances AS bigint[])) AS seen (id, balance)
WHERE d.agency_id = :agency_id AND d.id = seen.id
""")
Seen = tuple[RechargeRule, Money]


def log(
    rule: RechargeRule,
    decision: Decision,
    balance: Money,
    *,
    recharge_id: UUID | None = None,
    is_early: bool = False,
    now: datetime,
) -> None:
    """Keep one decision; those that charged each have a row of their own."""
    if decision.reason is rule.last_reason and decision.reason is not Reason.FIRED:
        _count([(rule, balance)], now=now)
        return
    row = RechargeDecision(
        id=ids.new_id(),
        sub_account_id=rule.sub_account_id,
        currency=rule.currency,
        reason=decision.reason,
        balance_micros=balance.micros,
        threshold_micros=rule.threshold_micros,
        amount_micros=None if decision.amount is None else decision.amount.micros,
        recharge_id=recharge_id,
        is_early=is_early,
        decided_at=now,
        last_at=now,
    )
    session.add(row)
    rule.last_reason, rule.last_decision_id = decision.reason, row.id
    session.flush()


def log_above(seen: Sequence[Seen], *, now: datetime) -> None:
    """The most frequent answer, for any number of wallets: one statement where it was the last one too."""
    again = [(rule, balance) for rule, balance in seen if rule.last_reason is Reason.ABOVE_THRESHOLD]
    if again:
        _count(again, now=now)
    for rule, balance in seen:
        if rule.last_reason is not Reason.ABOVE_THRESHOLD:
            log(rule, Decision(reason=Reason.ABOVE_THRESHOLD), balance, now=now)


def _count(seen: Sequence[Seen], *, now: datetime) -> None:
    session.connection().execute(
        AGAIN,
        {
            "agency_id": scope.agency_id(),
            "now": now,
            "ids": [rule.last_decision_id for rule, _balance in seen],
            "balances": [balance.micros for _rule, balance in seen],
        },
    )
