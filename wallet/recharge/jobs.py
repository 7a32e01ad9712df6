"""What falls due by time: tries again, confirmations nobody gave, wallets that only time held back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from agency.foundation import clock
from agency.foundation.database.session import session, transaction
from agency.foundation.due.sources import DueSource, each_apart, moments, one_by_one
from agency.foundation.jobs.registry import job
from wallet.recharge.mails import mail_early
from wallet.recharge.models import Recharge, RechargeRule
from wallet.recharge.operations.looking import look
from wallet.recharge.operations.retrying import go_on
from wallet.recharge.queries import low_rules, recharge

run_recharges = one_by_one(Recharge.id, Recharge.due_at, go_on)


def run_looks(now: datetime) -> None:
    with transaction():
        due = session.scalars(
            select(RechargeRule).where(RechargeRule.look_at <= now).order_by(RechargeRule.look_at)
        ).all()
    _look_at_each(due, now=now)


@job(queue="money")
def look_at_low_wallets() -> None:
    """The net below everything: wallets that stand low and are neither paused nor being recharged."""
    now = clock.now()
    with transaction():
        low = low_rules()
    _look_at_each(low, now=now)


@job()
def tell_of_early(*, recharge_id: str) -> None:
    """A worker that dies at the end may write the letters twice; that does no harm."""
    with transaction():
        mail_early(recharge(UUID(recharge_id)), now=clock.now())


def _look_at_each(rules: Sequence[RechargeRule], *, now: datetime) -> None:
    each_apart(rules, lambda rule: look(rule.wallet, now=now))


DUE = [
    DueSource("recharges", moments(Recharge.due_at), run_recharges),
    DueSource("low wallets", moments(RechargeRule.look_at), run_looks),
]
