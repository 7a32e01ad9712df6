"""Work of subscriptions besides billing: sets of a move, and letters."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.dialects.postgresql import insert

from agency.foundation import clock
from agency.foundation.database.session import session, transaction
from agency.foundation.due.sources import DueSource, Moments
from agency.foundation.jobs.registry import job
from agency.foundation.tenancy import scope
from agency.plans.rules.components import Interval
from subaccounts.subscriptions.mails import TOLD, mail_coming, mail_happened
from subaccounts.subscriptions.models.course import Happened
from subaccounts.subscriptions.models.moves import PriceMove
from subaccounts.subscriptions.models.notices import RenewalNotice
from subaccounts.subscriptions.models.subscriptions import Subscription
from subaccounts.subscriptions.operations.moving import move_set
from subaccounts.subscriptions.operations.rehearsing_moves import SET
from subaccounts.subscriptions.queries import shown

# Long enough to change one's mind or the card, short enough not to be forgotten.
NOTICE = timedelta(days=7)
BATCH = 100


@job(queue="bulk")
def go_on_moving(*, move_id: str) -> None:
    """Move one set, and ask for the next while there is one."""
    with transaction():
        move = session.get_one(PriceMove, (scope.agency_id(), UUID(move_id)))
        if move.undone_at is None and move_set(move, now=clock.now()) == SET:
            go_on_moving.later(move_id=move_id)


@job(queue="default")
def tell_of(*, moves: list[tuple[str, str]], at: str) -> None:
    """Write to those who are told when a subscription stops, goes on, or is not paid."""
    kinds = {UUID(subscription_id): Happened(kind) for subscription_id, kind in moves}
    with transaction():
        rows = session.scalars(select(Subscription).where(Subscription.id.in_(kinds))).all()
        for each in shown(rows):
            mail_happened(each, kinds[each.id], now=datetime.fromisoformat(at))


def moves_told(moves: Sequence[tuple[UUID, Happened]]) -> list[tuple[str, str]]:
    """Those of which letters are written, as a job carries them; the last word on each subscription."""
    return [(str(subscription_id), kind.value) for subscription_id, kind in moves if kind in TOLD]


def tell_coming(now: datetime) -> None:
    """Write of every renewal and end of a trial within the notice, each once, batch after batch."""
    while True:
        with transaction():
            rows = session.scalars(_unlooked().where(Subscription.next_billing_at <= now + NOTICE).limit(BATCH)).all()
            for each in shown([row for row in rows if _is_told(row, now)]):
                mail_coming(each, now=now)
            _keep_looked(rows)
        if not rows:
            return


def _is_told(row: Subscription, now: datetime) -> bool:
    """Only of a renewal ahead; by the week they come too often to be announced."""
    is_weekly = row.interval is Interval.WEEK and row.first_billed_at is not None
    is_last = row.ends_at is not None and row.ends_at <= row.current_end
    return row.next_billing_at == row.current_end and row.current_end > now and not is_weekly and not is_last


def _keep_looked(rows: Sequence[Subscription]) -> None:
    if not rows:
        return
    kept = insert(RenewalNotice).values(
        [{"agency_id": row.agency_id, "subscription_id": row.id, "looked_until": row.next_billing_at} for row in rows]
    )
    session.execute(
        kept.on_conflict_do_update(
            index_elements=["agency_id", "subscription_id"], set_={"looked_until": kept.excluded.looked_until}
        )
    )


def _not_looked() -> ColumnElement[bool]:
    return or_(RenewalNotice.looked_until.is_(None), RenewalNotice.looked_until < Subscription.next_billing_at)


def _unlooked() -> Select[Subscription]:
    same = and_(RenewalNotice.agency_id == Subscription.agency_id, RenewalNotice.subscription_id == Subscription.id)
    return (
        select(Subscription)
        .outerjoin(RenewalNotice, same)
        .where(Subscription.next_billing_at.is_not(None), _not_looked())
        .order_by(Subscription.next_billing_at)
    )


def _agencies_coming(now: datetime) -> Select[UUID]:
    due = _unlooked().where(Subscription.next_billing_at <= now + NOTICE)
    return due.with_only_columns(Subscription.agency_id).order_by(None).distinct()


COMING = Moments(
    _unlooked().with_only_columns(Subscription.next_billing_at).limit(1), agencies=_agencies_coming, after=-NOTICE
)
DUE = DueSource("renewal notices", COMING, tell_coming)
