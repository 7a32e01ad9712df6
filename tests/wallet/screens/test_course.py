from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.factories.wallet import dollars
from wallet.recharge.rules.simulation import Debit, simulate
from wallet.recharge.rules.terms import Bounds, RuleTerms
from wallet.screens.course import course

ZONE = ZoneInfo("America/Chicago")
FIRST = date(2026, 3, 2)
DAYS = [FIRST + timedelta(days=count) for count in range(4)]
BOUNDS = Bounds(charge_minimum=dollars("5"), charge_maximum=dollars("500"), balance_maximum=dollars("1000"))
TERMS = RuleTerms(threshold=dollars("10"), amount=dollars("25"), monthly_cap=dollars("250"))


def noon(day):
    return datetime(day.year, day.month, day.day, 18, tzinfo=UTC)


class TestTheCourse:
    def test_ends_where_the_simulation_ends(self):
        spent = {DAYS[1]: dollars("8.00"), DAYS[2]: dollars("5.00")}
        played = simulate(
            TERMS,
            [Debit(at=noon(day), amount=amount) for day, amount in spent.items()],
            opening_balance=dollars("20.00"),
            bounds=BOUNDS,
            zone=ZONE,
            until=noon(DAYS[3]),
        )

        closing = course(played, {day: -amount for day, amount in spent.items()}, DAYS, ZONE)

        assert [str(balance) for _day, balance in closing] == ["20.00 USD", "12.00 USD", "32.00 USD", "32.00 USD"]
