from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency.foundation.money import Money
from wallet.credits.rules.lots import (
    Lot,
    LotKind,
    NotEnoughCredit,
    Take,
    burn_order,
    left_after,
    split_debit,
    take,
    usable,
)

NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)


def usd(amount):
    return Money.of(amount, "USD")


def lot(lot_id="lot", left="10", *, kind=LotKind.PURCHASED, days=-1, expires_in=None, **settings):
    at = NOON + timedelta(days=days)
    return Lot(
        **{
            "lot_id": lot_id,
            "kind": kind,
            "left": usd(left),
            "effective_at": at,
            "created_at": at,
            "expires_at": None if expires_in is None else NOON + timedelta(days=expires_in),
            **settings,
        }
    )


class TestBurnOrder:
    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (lot(priority=1), lot(priority=2, expires_in=1)),
            (lot(expires_in=9), lot(kind=LotKind.COMPLIMENTARY)),
            (lot(expires_in=9), lot(expires_in=10, kind=LotKind.COMPLIMENTARY)),
            (lot(kind=LotKind.COMPLIMENTARY), lot(kind=LotKind.BONUS, days=-5)),
            (lot(kind=LotKind.BONUS), lot(days=-5)),
            (lot(effective_at=NOON - timedelta(days=3)), lot(days=-2)),
            (lot(created_at=NOON - timedelta(days=3)), lot()),
        ],
    )
    def test_it_looks_at_the_next_rule_only_where_one_is_even(self, first, second):
        assert burn_order([second, first]) == [first, second]


class TestSplitDebit:
    def test_it_records_which_lots_paid(self):
        lots = [lot("bought", "5"), lot("given", "3", kind=LotKind.COMPLIMENTARY)]

        split = split_debit(lots, usd("4"), now=NOON)

        assert split.takes == (
            Take(lot_id="given", amount=usd("3")),
            Take(lot_id="bought", amount=usd("1")),
        )

    def test_it_leaves_owed_what_no_lot_can_pay(self):
        assert split_debit([lot(left="3")], usd("5"), now=NOON).short == usd("2")

    @pytest.mark.parametrize(
        "out_of_reach", [lot(days=1), lot(expires_in=0), lot(left="0"), lot(meters=frozenset({"sms"}))]
    )
    def test_it_leaves_alone_what_is_not_usable(self, out_of_reach):
        assert split_debit([out_of_reach], usd("1"), now=NOON).takes == ()

    def test_it_burns_a_bound_lot_only_for_its_meter(self):
        lots = [lot("sms", meters=frozenset({"sms"}), priority=-1), lot("any")]

        paid_by = {
            meter: split_debit(lots, usd("1"), now=NOON, meter=meter).takes[0].lot_id
            for meter in ("sms", "email", None)
        }

        assert paid_by == {"sms": "sms", "email": "any", None: "any"}

    def test_it_refuses_a_negative_debit(self):
        with pytest.raises(ValueError, match="negative"):
            split_debit([], usd("-1"), now=NOON)


class TestTake:
    def test_it_refuses_new_work_it_cannot_pay_whole(self):
        with pytest.raises(NotEnoughCredit):
            take([lot(left="3")], usd("3.000001"), now=NOON)

    def test_it_takes_the_last_micro(self):
        assert take([lot(left="3")], usd("3"), now=NOON) == (Take(lot_id="lot", amount=usd("3")),)


moments = st.integers(-40, 40).map(lambda days: NOON + timedelta(days=days))
lots = st.lists(
    st.builds(
        Lot,
        lot_id=st.uuids(),
        kind=st.sampled_from(LotKind),
        left=st.integers(0, 10**9).map(lambda micros: Money(micros, "USD")),
        effective_at=moments,
        created_at=moments,
        expires_at=st.none() | moments,
        priority=st.integers(0, 3),
        meters=st.none() | st.frozensets(st.sampled_from(["sms", "email"])),
    ),
    max_size=8,
)
amounts = st.integers(0, 4 * 10**9).map(lambda micros: Money(micros, "USD"))
meters = st.sampled_from([None, "sms", "email"])


class TestEveryDebit:
    @given(lots, amounts, meters)
    def test_it_loses_nothing_and_takes_no_more_than_there_is(self, lots, amount, meter):
        split = split_debit(lots, amount, now=NOON, meter=meter)

        after = left_after(lots, split.takes)

        paid = Money.sum([part.amount for part in split.takes], "USD")
        assert paid + split.short == amount
        assert usable(after, "USD", now=NOON, meter=meter) == usable(lots, "USD", now=NOON, meter=meter) - paid
        assert all(part.left.micros >= 0 for part in after)

    @given(lots, amounts, meters)
    def test_it_is_short_only_when_everything_usable_is_burnt(self, lots, amount, meter):
        split = split_debit(lots, amount, now=NOON, meter=meter)

        if split.short:
            assert not usable(left_after(lots, split.takes), "USD", now=NOON, meter=meter)

    @given(lots, amounts, amounts, meters)
    def test_two_debits_burn_what_one_of_both_would(self, lots, one, other, meter):
        first = split_debit(lots, one, now=NOON, meter=meter)
        between = left_after(lots, first.takes)

        apart = left_after(between, split_debit(between, other, now=NOON, meter=meter).takes)

        assert apart == left_after(lots, split_debit(lots, one + other, now=NOON, meter=meter).takes)
