from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agency.foundation.money import Money
from wallet.credits.rules.lots import Lot, LotKind, Take
from wallet.credits.rules.returns import (
    RefundAboveUnspent,
    claw_back_bonus,
    pay_owed_first,
    refund_takes,
    unspent_part,
)

NOON = datetime(2025, 6, 1, 12, tzinfo=UTC)


def usd(amount):
    return Money.of(amount, "USD")


def lot(lot_id, left, *, days, kind=LotKind.PURCHASED):
    at = NOON + timedelta(days=days)
    return Lot(lot_id=lot_id, kind=kind, left=usd(left), effective_at=at, created_at=at)


LOTS = [lot("old", "10", days=1), lot("new", "5", days=2), lot("given", "50", days=3, kind=LotKind.BONUS)]


class TestRefundTakes:
    def test_it_takes_the_newest_purchase_first(self):
        assert refund_takes(LOTS, usd("7")) == (
            Take(lot_id="new", amount=usd("5")),
            Take(lot_id="old", amount=usd("2")),
        )

    def test_it_refuses_more_than_is_unspent(self):
        with pytest.raises(RefundAboveUnspent):
            refund_takes(LOTS, usd("15.01"))


class TestClawBackBonus:
    @pytest.mark.parametrize(("left", "taken"), [("20", "5"), ("3", "3")])
    def test_it_takes_its_proportion_of_what_is_left(self, left, taken):
        clawed = claw_back_bonus(
            bonus=usd("20"), bonus_left=usd(left), paid=usd("100"), refunded_before=usd("0"), refunded=usd("25")
        )

        assert clawed == usd(taken)

    @given(st.lists(st.integers(0, 10**8), min_size=1, max_size=6), st.integers(0, 10**8))
    def test_refunds_in_parts_take_back_the_whole(self, parts, bonus_micros):
        paid, bonus = Money(sum(parts) + 1, "USD"), Money(bonus_micros, "USD")
        refunded, left = Money.zero("USD"), bonus
        for part in [*parts, 1]:
            now = Money(part, "USD")
            left -= claw_back_bonus(bonus=bonus, bonus_left=left, paid=paid, refunded_before=refunded, refunded=now)
            refunded += now

        assert left.micros == 0


class TestPayOwedFirst:
    @pytest.mark.parametrize(("owed", "to_owed", "to_credit"), [("0", "0", "25"), ("5", "5", "20"), ("40", "25", "0")])
    def test_it_gives_credit_only_for_what_is_left(self, owed, to_owed, to_credit):
        split = pay_owed_first(usd("25"), owed=usd(owed))

        assert (split.to_owed, split.to_credit) == (usd(to_owed), usd(to_credit))


class TestUnspentPart:
    @pytest.mark.parametrize(("balance", "part"), [("10", "4"), ("3", "3"), ("0", "0"), ("-3", "0")])
    def test_it_never_reaches_below_zero(self, balance, part):
        assert unspent_part(usd("4"), balance=usd(balance)) == usd(part)
