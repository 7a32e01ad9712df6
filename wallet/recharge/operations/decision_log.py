"""Every evaluation is kept; the same answer as the one before is counted on its row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm.attributes import set_committed_value

from agency.foundation import ids
from agency.foundation.database.bulk import by_id, execute, integers, texts, uuids
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from wallet.recharge.models import RechargeRule
from wallet.recharge.rules.decision import Decision, Reason

AGAIN = """
UPDATE recharge_decisions d SET times = d.times + 1, last_at = %(now)s::timestamptz,
    balance_micros = (%(balances)s::jsonb -> d.id::text -> 0)::bigint
WHERE d.agency_id = %(agency_id)s AND d.id = ANY (%(ids)s::uuid[])
"""
WRITE = """
INSERT INTO recharge_decisions (
    agency_id, id, sub_account_id, currency, reason, balance_micros, threshold_micros, amount_micros, recharge_id,
    is_early, times, decided_at, last_at
)
SELECT %(agency_id)s::uuid, d.id, d.sub_account_id, d.currency, d.reason, d.balance, d.threshold, d.amount,
    d.recharge_id, d.is_early <> 0, 1, %(now)s::timestamptz, %(now)s::timestamptz
FROM unnest(
    %(ids)s::uuid[], %(sub_account_ids)s::uuid[], %(currencies)s::text[], %(reasons)s::text[],
    %(balances)s::bigint[], %(thresholds)s::bigint[], %(amounts)s::bigint[], %(recharges)s::uuid[], %(early)s::int[]
) AS d (id, sub_account_id, currency, reason, balance, threshold, amount, recharge_id, is_early)
"""
MARK = """
UPDATE recharge_rules r SET last_reason = %(marks)s::jsonb -> r.id::text ->> 0,
    last_decision_id = (%(marks)s::jsonb -> r.id::text ->> 1)::uuid,
    look_at = (%(marks)s::jsonb -> r.id::text ->> 2)::timestamptz
WHERE r.agency_id = %(agency_id)s AND r.id = ANY (%(rules)s::uuid[])
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was decided of a wallet that stood at ``balance``; ``look_at`` is when time alone may change it."""

    rule: RechargeRule
    balance: Money
    decision: Decision
    look_at: datetime | None
    recharge_id: UUID | None = None
    is_early: bool = False

    @property
    def is_repeated(self) -> bool:
        """Those that charged each have a row of their own."""
        return self.decision.reason is self.rule.last_reason and self.decision.reason is not Reason.FIRED


Mark = tuple[UUID | None, Answer]


def log(answers: Sequence[Answer], *, now: datetime) -> None:
    """Keep any number of decisions, and mark their rules."""
    again = [answer for answer in answers if answer.is_repeated]
    new: list[Mark] = [(ids.new_id(), answer) for answer in answers if not answer.is_repeated]
    if again:
        _count(again, now=now)
    if new:
        _write(new, now=now)
    marks = new + [(answer.rule.last_decision_id, answer) for answer in again if answer.look_at != answer.rule.look_at]
    if marks:
        _mark(marks)


def _count(answers: Sequence[Answer], *, now: datetime) -> None:
    seen = {answer.rule.last_decision_id: [answer.balance.micros] for answer in answers if answer.rule.last_decision_id}
    execute(AGAIN, {"agency_id": scope.agency_id(), "now": now, "ids": uuids(seen), "balances": by_id(seen)})


def _write(new: Sequence[Mark], *, now: datetime) -> None:
    answers = [answer for _id, answer in new]
    amounts = [answer.decision.amount for answer in answers]
    execute(
        WRITE,
        {
            "agency_id": scope.agency_id(),
            "now": now,
            "ids": uuids(decision_id for decision_id, _answer in new),
            "sub_account_ids": uuids(answer.rule.sub_account_id for answer in answers),
            "currencies": texts(answer.rule.currency for answer in answers),
            "reasons": texts(answer.decision.reason for answer in answers),
            "balances": integers(answer.balance.micros for answer in answers),
            "thresholds": integers(answer.rule.threshold_micros for answer in answers),
            "amounts": texts(None if amount is None else str(amount.micros) for amount in amounts),
            "recharges": uuids(answer.recharge_id for answer in answers),
            "early": integers(int(answer.is_early) for answer in answers),
        },
    )


def _mark(marks: Sequence[Mark]) -> None:
    told = {
        answer.rule.id: [
            answer.decision.reason,
            str(decision_id) if decision_id else None,
            answer.look_at.isoformat() if answer.look_at else None,
        ]
        for decision_id, answer in marks
    }
    execute(MARK, {"agency_id": scope.agency_id(), "rules": uuids(told), "marks": by_id(told)})
    for decision_id, answer in marks:
        set_committed_value(answer.rule, "last_reason", answer.decision.reason)
        set_committed_value(answer.rule, "last_decision_id", decision_id)
        set_committed_value(answer.rule, "look_at", answer.look_at)
