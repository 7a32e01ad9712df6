"""What caps stand at."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Row, ScalarSelect, case, cast, func, literal, select

from agency.foundation.database.session import session
from agency.foundation.database.types import UtcTime
from agency.tenants.models import SubAccount
from wallet.credits.models.holds import Hold, HoldState
from wallet.credits.models.limits import CapPeriod, SpendingCap
from wallet.credits.models.transactions import DailySpending


def capping(
    sub_account_ids: Iterable[UUID], product_ids: Iterable[UUID] | None = None, *, now: datetime
) -> Sequence[Row[SpendingCap, int, int]]:
    """The caps of these products (None: of all), what their present period took, and what holds may still take."""
    query = (
        select(SpendingCap, _spent(now).label("spent"), _held().label("held"))
        .join(
            SubAccount, (SubAccount.agency_id == SpendingCap.agency_id) & (SubAccount.id == SpendingCap.sub_account_id)
        )
        .where(SpendingCap.sub_account_id.in_(sub_account_ids))
        .order_by(SpendingCap.id)
    )
    if product_ids is not None:
        query = query.where(SpendingCap.product_id.in_(product_ids))
    return session.execute(query).all()


def _spent(now: datetime) -> ScalarSelect[int]:
    return (
        select(func.coalesce(func.sum(DailySpending.spent), 0))
        .where(
            DailySpending.sub_account_id == SpendingCap.sub_account_id,
            DailySpending.product_id == SpendingCap.product_id,
            DailySpending.currency == SpendingCap.currency,
            DailySpending.day >= _period_start(now),
        )
        .scalar_subquery()
    )


def _held() -> ScalarSelect[int]:
    return (
        select(func.coalesce(func.sum(Hold.amount), 0))
        .where(
            Hold.sub_account_id == SpendingCap.sub_account_id,
            Hold.product_id == SpendingCap.product_id,
            Hold.currency == SpendingCap.currency,
            Hold.state == HoldState.OPEN,
        )
        .scalar_subquery()
    )


def _period_start(now: datetime) -> ColumnElement[object]:
    """The first day of the cap's present period, by the sub-account's calendar."""
    today = cast(func.timezone(SubAccount.time_zone, literal(now, UtcTime)), Date)
    return case((SpendingCap.period == CapPeriod.DAY, today), else_=cast(func.date_trunc("month", today), Date))
