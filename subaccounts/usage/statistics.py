"""What the page of usage shows: totals with their trend, one meter drawn, and who used how much of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from agency.foundation.exact import apportion
from agency.plans.models.meters import Meter
from agency.plans.rules.aggregation import Aggregation
from agency.plans.rules.terms import ZERO
from agency.tenants.models import SubAccount
from subaccounts.usage.models.events import UsageMember
from subaccounts.usage.queries import Paid, Wanted, members, meters_of, of_department, paid, sums
from subaccounts.usage.rules.ranges import Range, Stretch, range_of, starts

TENTH_PERCENT = Decimal("0.001")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a person chose to look at; a department takes its members together."""

    stretch: Stretch = Stretch.THIS_MONTH
    meter: str | None = None
    member: str | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A meter's total, what it was in the stretch before, and what was charged for it."""

    meter: Meter
    total: Decimal
    before: Decimal
    paid: Paid | None

    @property
    def change(self) -> Decimal | None:
        """A share, to a tenth of a percent; None where there was nothing before."""
        return (self.total / self.before - 1).quantize(TENTH_PERCENT, ROUND_HALF_UP) if self.before else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one member used, and its share of the whole: in percents that sum to a hundred."""

    member: UsageMember | None
    quantity: Decimal
    share: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    range: Range
    figures: list[Figure]
    meter: Meter | None
    points: list[tuple[datetime, Decimal]]
    parts: list[Part]
    members: list[UsageMember]

    @property
    def departments(self) -> list[str]:
        return sorted({member.department for member in self.members if member.department})

    @property
    def used(self) -> list[Figure]:
        return [figure for figure in self.figures if figure.total or figure.before]

    @property
    def paid_for(self) -> list[Figure]:
        return [figure for figure in self.figures if figure.paid]

    @property
    def is_additive(self) -> bool:
        """Whether what members used adds up to the whole."""
        return self.meter is not None and self.meter.aggregation not in {Aggregation.MAX, Aggregation.LATEST}


def show(sub_account: SubAccount, asked: Asked, *, now: datetime) -> Shown:
    """Everything the page says, in a handful of queries however much was used."""
    zone = ZoneInfo(sub_account.time_zone)
    found, people, meters = range_of(asked.stretch, now=now, zone=zone), members(sub_account.id), meters_of(sub_account)
    whose = _whose(asked, people)
    charged = {} if whose else paid(sub_account, start=found.start, end=found.end)
    figures = _figures(sub_account, meters, found, whose, charged)
    meter = _chosen(asked, figures)
    drawn = [] if meter is None else _points(sub_account, meter, found, whose, zone)
    parts = [] if meter is None else _parts(sub_account, meter, found, whose, people)
    return Shown(range=found, figures=figures, meter=meter, points=drawn, parts=parts, members=people)


def _whose(asked: Asked, people: Sequence[UsageMember]) -> tuple[str, ...] | None:
    if asked.member is not None:
        return (asked.member,)
    return None if asked.department is None else of_department(people, asked.department)


def _figures(
    sub_account: SubAccount,
    meters: Sequence[Meter],
    found: Range,
    whose: tuple[str, ...] | None,
    charged: dict[UUID, Paid],
) -> list[Figure]:
    now, before = (
        {
            each.meter.id: each.quantity
            for each in sums(Wanted(sub_account=sub_account, start=start, end=end, members=whose), meters)
        }
        for start, end in ((found.start, found.end), (found.before, found.before_end))
    )
    return [
        Figure(
            meter=meter, total=now.get(meter.id, ZERO), before=before.get(meter.id, ZERO), paid=charged.get(meter.id)
        )
        for meter in meters
    ]


def _chosen(asked: Asked, figures: Sequence[Figure]) -> Meter | None:
    """The meter that was asked for, else the first that was used."""
    named = [figure.meter for figure in figures if figure.meter.code == asked.meter]
    used = [figure.meter for figure in figures if figure.total or figure.before]
    return next(iter([*named, *used]), None)


def _points(
    sub_account: SubAccount, meter: Meter, found: Range, whose: tuple[str, ...] | None, zone: ZoneInfo
) -> list[tuple[datetime, Decimal]]:
    wanted = Wanted(sub_account=sub_account, start=found.start, end=found.end, bucket=found.bucket, members=whose)
    known = {each.starts_at: each.quantity for each in sums(wanted, [meter])}
    return [(start, known.get(start, ZERO)) for start in starts(found.start, found.end, found.bucket, zone)]


def _parts(
    sub_account: SubAccount,
    meter: Meter,
    found: Range,
    whose: tuple[str, ...] | None,
    people: Sequence[UsageMember],
) -> list[Part]:
    wanted = Wanted(sub_account=sub_account, start=found.start, end=found.end, by_member=True, members=whose)
    by_reference = {member.reference: member for member in people}
    rows = sorted((each for each in sums(wanted, [meter]) if each.quantity), key=lambda each: -each.quantity)
    shares = _shares([each.quantity for each in rows])
    return [
        Part(member=by_reference.get(each.member or ""), quantity=each.quantity, share=share)
        for each, share in zip(rows, shares, strict=True)
    ]


def _shares(quantities: Sequence[Decimal]) -> list[Decimal]:
    """Who has only taken back has none."""
    weights = [max(quantity, ZERO) for quantity in quantities]
    percents = apportion(100, weights) if any(weights) else [0] * len(weights)
    return [Decimal(percent).scaleb(-2) for percent in percents]
