"""Sums of usage, from hours, days and months that are kept up as it is rated, however many events there were."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from agency.foundation.database.bulk import execute, texts, uuids
from agency.foundation.database.session import session
from agency.foundation.local_days import start_of_month
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.plans.models.meters import Meter
from agency.plans.rules.aggregation import Aggregation
from agency.plans.rules.terms import ZERO
from agency.tenants.models import SubAccount
from subaccounts.usage.models.events import UsageMember
from subaccounts.usage.models.rating import UsageTotal
from subaccounts.usage.models.statistics import Grain, UsageBucket, UsageCostDay, UsageDay
from subaccounts.usage.rules.ranges import Bucket

COUNTED = """
SELECT b.meter_id, CASE %(bucket)s WHEN 'whole' THEN NULL WHEN 'month' THEN
        date_trunc('month', b.starts_at, %(zone)s) ELSE b.starts_at END AS starts_at,
    CASE WHEN %(by_member)s THEN b.member END AS member, sum(b.events), sum(b.quantity), max(b.largest),
    (array_agg(b.last ORDER BY b.last_at DESC) FILTER (WHERE b.last IS NOT NULL))[1], sum(b.fresh)
FROM usage_buckets b
WHERE b.agency_id = %(agency_id)s AND b.sub_account_id = %(sub_account_id)s AND b.grain = %(grain)s
    AND b.meter_id = ANY (%(meters)s::uuid[]) AND b.starts_at >= %(start)s AND b.starts_at < %(end)s
    AND (%(members)s::text[] IS NULL OR b.member = ANY (%(members)s::text[]))
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Usage from ``start`` to before ``end``; without a bucket as one sum, ``members`` None: of everybody."""

    sub_account: SubAccount
    start: datetime
    end: datetime
    bucket: Bucket | None = None
    by_member: bool = False
    members: tuple[str, ...] | None = None

    @property
    def grain(self) -> Grain:
        """The widest of which the stretch is made."""
        if self.bucket is Bucket.HOUR:
            return Grain.HOUR
        zone = ZoneInfo(self.sub_account.time_zone)
        whole_months = all(start_of_month(edge, zone) == edge for edge in (self.start, self.end))
        return Grain.MONTH if whole_months and self.bucket is not Bucket.DAY else Grain.DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """What a meter shows for a bucket, or for the whole; ``member`` is empty where events named nobody."""

    meter: Meter
    starts_at: datetime | None
    member: str | None
    quantity: Decimal


def sums(wanted: Wanted, meters: Sequence[Meter]) -> list[Sum]:
    """In the order of the meters, then of time, then of members; what was not used has no sum."""
    by_id = {meter.id: meter for meter in meters}
    order = {meter.id: number for number, meter in enumerate(meters)}
    read = [
        Sum(meter=by_id[row[0]], starts_at=row[1], member=row[2], quantity=_quantity(by_id[row[0]], row[3:]))
        for row in _rows(wanted, meters)
    ]
    shown = [each for each in read if each.quantity or each.meter.aggregation is not Aggregation.UNIQUE_COUNT]
    return sorted(shown, key=lambda each: order[each.meter.id])


def _quantity(meter: Meter, figures: Sequence[Any]) -> Decimal:
    match meter.aggregation:
        case Aggregation.COUNT:
            return Decimal(figures[0])
        case Aggregation.SUM:
            return Decimal(figures[1])
        case Aggregation.MAX:
            return Decimal(figures[2])
        case Aggregation.LATEST:
            return ZERO if figures[3] is None else Decimal(figures[3])
        case Aggregation.UNIQUE_COUNT:
            return Decimal(figures[4])


def _rows(wanted: Wanted, meters: Sequence[Meter]) -> Sequence[Sequence[Any]]:
    if not meters:
        return []
    asked = {
        "agency_id": scope.agency_id(),
        "sub_account_id": wanted.sub_account.id,
        "zone": wanted.sub_account.time_zone,
        "bucket": wanted.bucket or "whole",
        "grain": wanted.grain,
        "meters": uuids([meter.id for meter in meters]),
        "start": wanted.start,
        "end": wanted.end,
        "by_member": wanted.by_member,
        "members": None if wanted.members is None else texts(wanted.members),
    }
    return execute(COUNTED, asked).fetchall()


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """What usage of a meter was charged and taxed in a stretch, and what it cost: for the agency's eyes alone."""

    charge: Money
    tax: Money
    cost: Money

    @property
    def margin(self) -> Money:
        return self.charge - self.cost


def paid(sub_account: SubAccount, *, start: datetime, end: datetime) -> dict[UUID, Paid]:
    """By meter, as it was rated between two midnights of the sub-account's; only the agency's scope finds a cost."""
    amount, tax = func.sum(UsageDay.amount_micros), func.sum(UsageDay.tax_micros)
    charged = session.execute(_days(UsageDay, sub_account, start, end).add_columns(amount, tax)).all()
    cost = func.sum(UsageCostDay.cost_micros)
    costs = session.execute(_days(UsageCostDay, sub_account, start, end).add_columns(cost)).all()
    cost_of = {meter_id: int(micros) for meter_id, micros in costs}
    return {
        meter_id: Paid(
            charge=Money(int(amount), sub_account.currency),
            tax=Money(int(tax), sub_account.currency),
            cost=Money(cost_of.get(meter_id, 0), sub_account.currency),
        )
        for meter_id, amount, tax in charged
    }


def _days(of: type[UsageDay | UsageCostDay], sub_account: SubAccount, start: datetime, end: datetime) -> Any:  # noqa: ANN401  # A select whose columns are still to come.
    theirs = of.sub_account_id == sub_account.id, of.currency == sub_account.currency
    return select(of.meter_id).where(*theirs, of.starts_at >= start, of.starts_at < end).group_by(of.meter_id)


def meters_of(sub_account: SubAccount) -> Sequence[Meter]:
    """Those in use at the agency, and archived ones of which the sub-account used something."""
    used = select(UsageTotal.meter_id).where(UsageTotal.sub_account_id == sub_account.id)
    query = select(Meter).where(Meter.archived_at.is_(None) | Meter.id.in_(used))
    return session.scalars(query.order_by(Meter.id)).all()


def members(sub_account_id: UUID) -> list[UsageMember]:
    """Everybody that events named, by name; those without a row of their own under the name that events use."""
    known = {row.reference: row for row in session.scalars(_members(sub_account_id))}
    seen = session.scalars(
        select(UsageBucket.member)
        .where(UsageBucket.sub_account_id == sub_account_id, UsageBucket.grain == Grain.MONTH, UsageBucket.member != "")
        .distinct()
    )
    for reference in seen:
        known.setdefault(
            reference, UsageMember(sub_account_id=sub_account_id, reference=reference, name=reference, department="")
        )
    return sorted(known.values(), key=lambda row: (row.name.lower(), row.reference))


def _members(sub_account_id: UUID) -> Any:  # noqa: ANN401  # A select of one column kind.
    return select(UsageMember).where(UsageMember.sub_account_id == sub_account_id)


def of_department(members: Iterable[UsageMember], department: str) -> tuple[str, ...]:
    return tuple(member.reference for member in members if member.department == department)
