from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from agency.foundation.local_days import start_of_month
from agency.foundation.money import Money
from tests.wallet.recharge.rules.recharge_rules import BOUNDS, fixed, restore, usd
from wallet.recharge.rules.simulation import Debit, simulate

START = datetime(2025, 6, 1, 12, tzinfo=UTC)
END = START + timedelta(days=90)
BOGOTA = ZoneInfo("America/Bogota")


def debit(amount, **after):
    return Debit(at=START + timedelta(**after), amount=usd(amount))


def play(rule, debits, *, opening="30", until=END):
    return simulate(rule, debits, opening_balance=usd(opening), bounds=BOUNDS, zone=BOGOTA, until=until)


class TestSimulate:
    def test_it_recharges_in_the_debit_that_crossed_the_threshold(self):
        found = play(fixed(), [debit("15", hours=1), debit("6", hours=2)])

        (recharge,) = found.recharges
        assert (recharge.at, recharge.amount) == (START + timedelta(hours=2), usd("25"))
        assert (found.balance, found.lowest, found.charged) == (usd("34"), usd("9"), usd("25"))

    def test_it_looks_again_when_it_has_cooled_down(self):
        found = play(fixed(), [debit("20", minutes=0), debit("30", minutes=5)])

        assert [recharge.at - START for recharge in found.recharges] == [timedelta(0), timedelta(minutes=10)]

    def test_it_waits_for_the_next_local_month_when_the_cap_is_reached(self):
        found = play(fixed(cap="25"), [debit("25", days=1), debit("25", days=2)])

        assert found.capped_at == (START + timedelta(days=2),)
        assert [recharge.at for recharge in found.recharges] == [
            START + timedelta(days=1),
            datetime(2025, 7, 1, 5, tzinfo=UTC),
        ]

    def test_it_does_nothing_after_its_end(self):
        debits = [debit("20", minutes=0), debit("30", minutes=5)]

        assert len(play(fixed(), debits, until=START + timedelta(minutes=9)).recharges) == 1

    @given(
        st.sampled_from([fixed(), fixed(cap="50"), restore(), restore(cap="60")]),
        st.lists(
            st.builds(
                Debit,
                at=st.timedeltas(timedelta(0), timedelta(days=89)).map(lambda gap: START + gap),
                amount=st.integers(0, 10**8).map(lambda micros: Money(micros, "USD")),
            ),
            max_size=20,
        ),
    )
    def test_any_past_loses_nothing_and_keeps_within_the_cap(self, rule, debits):
        found = play(rule, debits)

        spent = Money.sum([one.amount for one in debits], "USD")
        assert found.balance == usd("30") - spent + found.charged
        for month in {start_of_month(recharge.at, BOGOTA) for recharge in found.recharges}:
            charged = [one.amount for one in found.recharges if start_of_month(one.at, BOGOTA) == month]
            assert Money.sum(charged, "USD") <= rule.monthly_cap
        for before, after in pairwise(found.recharges):
            assert after.at - before.at >= BOUNDS.cooling_down
