from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from subaccounts.reminders.rules import missed, next_step, steps

MADRID = ZoneInfo("Europe/Madrid")
DUE = date(2026, 3, 28)


def found():
    return steps(DUE, before=[3], after=[1, 7], zone=MADRID)


class TestSteps:
    def test_they_arrive_in_the_morning_of_the_seller_across_a_clock_change(self):
        assert [step.at for step in found()] == [
            datetime(2026, 3, 25, 8, tzinfo=UTC),
            datetime(2026, 3, 29, 7, tzinfo=UTC),
            datetime(2026, 4, 4, 7, tzinfo=UTC),
        ]

    def test_none_past_due_comes_before_the_due_date_has_ended(self):
        late = steps(DUE, before=[], after=[0, 1], zone=ZoneInfo("Pacific/Kiritimati"))

        assert [step.days for step in late] == [1]

    def test_the_latest_of_missed_days_is_sent(self):
        at = datetime(2026, 4, 10, tzinfo=UTC)

        assert missed(found(), at=at).days == 7
        assert next_step(found(), after=at) is None
