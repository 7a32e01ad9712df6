from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency.foundation.exact import exact
from agency.foundation.money import Money
from agency.plans.rules.components import Interval
from subaccounts.subscriptions.rules.changes import (
    ChangeAfterTheEnd,
    ChangeAlreadyPlanned,
    ChangeInThePast,
    Offer,
    preview_change,
    refuse_moment,
    takes_effect,
)
from subaccounts.subscriptions.rules.conventions import (
    BilledIn,
    Conventions,
    Granularity,
    IntervalChange,
    TakesEffect,
)
from subaccounts.subscriptions.rules.periods import Cadence, Segment, anniversary
from subaccounts.subscriptions.rules.proration import Component
from tests.subaccounts.subscriptions.rules.schedules import cadences, moments, schedules

MONTHLY = Cadence(interval=Interval.MONTH)
YEARLY = Cadence(interval=Interval.YEAR)
NOON = datetime(2025, 6, 16, 12, tzinfo=UTC)
START = datetime(2025, 6, 1, tzinfo=UTC)
SCHEDULE = anniversary(start=START, cadence=MONTHLY, zone=ZoneInfo("UTC"))
JUNE = SCHEDULE.period_at(START)
JUNE_NAIVE = (datetime(2025, 6, 1), datetime(2025, 6, 30, 23))  # noqa: DTZ001 - Hypothesis wants naive bounds.
MICROSECOND = timedelta(microseconds=1)
SEATS = Component(code="seats", price=Decimal(10))


def offer(price, *extra, cadence=MONTHLY, billed_in=BilledIn.ADVANCE):
    return Offer(
        components=(Component(code="plan", price=Decimal(price), billed_in=billed_in), *extra), cadence=cadence
    )


def preview(old, new, *, at=NOON, **settings):
    return preview_change(
        at=at,
        current=Segment(part=JUNE, whole=JUNE),
        schedule=SCHEDULE,
        old=old,
        new=new,
        conventions=Conventions(**settings),
        currency="USD",
    )


def amounts(preview):
    return [line.amount.plain() for line in preview.lines]


class TestPreviewChange:
    def test_it_credits_the_old_and_charges_the_new_from_the_day_of_the_change(self):
        found = preview(offer(30), offer(60))

        assert amounts(found) == ["-15.00", "30.00"]
        assert (found.net, found.counts_from) == (Money.of("15", "USD"), datetime(2025, 6, 16, tzinfo=UTC))

    def test_it_leaves_alone_what_stays(self):
        found = preview(offer(30, SEATS), offer(60, SEATS))

        assert {line.component for line in found.lines} == {"plan"}

    @pytest.mark.parametrize("new", [offer(60), offer(600, cadence=YEARLY)])
    def test_it_bills_nothing_at_the_end_of_the_period(self, new):
        found = preview(offer(30), new, at=JUNE.end)

        assert (found.lines, found.period.start) == ((), JUNE.end)

    def test_it_bills_nothing_without_proration(self):
        assert preview(offer(30), offer(60), granularity=Granularity.NONE).lines == ()

    def test_another_interval_starts_a_new_period(self):
        found = preview(offer(30, SEATS), offer(300, SEATS, cadence=YEARLY))

        assert amounts(found) == ["-15.00", "-5.00", "300.00", "10.00"]
        assert (found.period.start.date().isoformat(), found.period.end.date().isoformat()) == (
            "2025-06-16",
            "2026-06-16",
        )

    def test_another_interval_may_keep_the_anchor(self):
        found = preview(offer(30), offer(365, cadence=YEARLY), interval_change=IntervalChange.KEEP_ANCHOR)

        assert amounts(found) == ["-15.00", "350.00"]
        assert found.period.end == datetime(2026, 6, 1, tzinfo=UTC)

    def test_it_charges_the_time_used_of_what_is_paid_in_arrears(self):
        found = preview(offer(30, billed_in=BilledIn.ARREARS), offer(60, billed_in=BilledIn.ARREARS))

        assert amounts(found) == ["15.00"]

    @given(
        st.lists(st.tuples(st.datetimes(*JUNE_NAIVE, timezones=st.just(UTC)), st.integers(0, 500)), max_size=6),
        st.sampled_from([Granularity.DAY, Granularity.SECOND]),
    )
    def test_any_history_bills_each_price_for_its_time(self, history, granularity):
        billed, price, counted = Money.of("100", "USD"), 100, [(JUNE.start, 100)]
        for at, new_price in sorted(history):
            found = preview(offer(price), offer(new_price), at=at, granularity=granularity)
            billed += found.net
            counted.append((found.counts_from, new_price))
            price = new_price

        ends = [start for start, _ in counted[1:]] + [JUNE.end]
        fair = sum(
            cost * Fraction((end - start) // MICROSECOND) for (start, cost), end in zip(counted, ends, strict=True)
        )
        assert abs(exact(billed) - fair / (timedelta(days=30) // MICROSECOND)) <= Fraction(1, 100) * len(counted)

    @given(schedules(), moments, cadences, st.sampled_from([Granularity.DAY, Granularity.SECOND]))
    def test_any_new_interval_begins_where_the_old_one_ends(self, schedule, at, cadence, granularity):
        whole = schedule.period_at(at)
        found = preview_change(
            at=at,
            current=Segment(part=whole, whole=whole),
            schedule=schedule,
            old=offer(30, cadence=schedule.cadence),
            new=offer(60, cadence=cadence),
            conventions=Conventions(granularity=granularity),
            currency="USD",
        )

        new_period = schedule.cadence != cadence
        assert whole.start <= found.counts_from <= at
        assert found.period.start == (found.counts_from if new_period else whole.start)
        assert found.period.end > found.counts_from


class TestTakesEffect:
    @pytest.mark.parametrize(
        ("new", "expected"),
        [
            (offer(31), TakesEffect.NOW),
            (offer(30), TakesEffect.NOW),
            (offer(29), TakesEffect.PERIOD_END),
            (offer(300, cadence=YEARLY), TakesEffect.PERIOD_END),
            (offer(400, cadence=YEARLY), TakesEffect.NOW),
            (offer(8, cadence=Cadence(interval=Interval.WEEK)), TakesEffect.NOW),
        ],
    )
    def test_it_waits_with_what_costs_less_by_the_year(self, new, expected):
        assert takes_effect(old=offer(30), new=new, conventions=Conventions()) is expected

    def test_it_does_what_was_asked(self):
        asked = TakesEffect.NOW

        assert takes_effect(old=offer(30), new=offer(1), conventions=Conventions(), asked=asked) is asked


class TestRefuseMoment:
    @pytest.mark.parametrize(
        ("at", "refusal"),
        [
            (NOON - timedelta(seconds=1), ChangeInThePast),
            (JUNE.end, ChangeAfterTheEnd),
            (NOON + timedelta(days=2), ChangeAlreadyPlanned),
        ],
    )
    def test_it_refuses(self, at, refusal):
        with pytest.raises(refusal):
            refuse_moment(at, now=NOON, ends_at=JUNE.end, planned=[NOON + timedelta(days=2)])

    def test_it_lets_a_change_count_from_now(self):
        refuse_moment(NOON, now=NOON, ends_at=None, planned=[])
