"""One client's two years, over HTTP alone, with every amount."""

from datetime import UTC, datetime

import pytest

from agency.plans.rules.components import Component, Interval
from agency.plans.rules.coupons import Duration
from tests.factories import plans, staff, tenants
from tests.scenarios.story import Story

pytestmark = pytest.mark.slow
JANUARY_17 = datetime(2026, 1, 17, 18, tzinfo=UTC)


@pytest.fixture
def told(app, stripe, owner):
    agency = tenants.agency(is_sandbox=True, now=JANUARY_17, time_zone="UTC")
    client = tenants.sub_account(agency, time_zone="UTC", now=JANUARY_17, email="pagos@dentalnorte.example")
    story = Story(app.test_client(), staff.api_key(agency), client, stripe, owner)
    story.time = JANUARY_17
    return Course(story, agency)


class Course:
    def __init__(self, story, agency):
        self.story, self.agency, self.id = story, agency, None

    def send(self, method, path="", *, expect=200, **body):
        return self.story.call(method, f"/api/v1/subscriptions{path}", expect=expect, body=body or None)

    def act(self, noun, method="POST", *, expect=201, **body):
        return self.send(method, f"/{self.id}/{noun}", expect=expect, **body)

    @property
    def now(self):
        return self.send("GET", f"/{self.id}")

    def until(self, *day):
        moment = datetime(*day, 18, tzinfo=UTC)
        self.story.wait(seconds=(moment - self.story.time).total_seconds())

    def billed(self):
        """The amounts of its bills, oldest first, since they were last asked for."""
        rows = self.send("GET", f"/{self.id}/history?limit=200")["data"][::-1]
        amounts = [row["amount"]["amount"] for row in rows if row["amount"]]
        new, self.seen = amounts[getattr(self, "seen", 0) :], len(amounts)
        return new


class TestTwoYears:
    def test_every_amount_is_as_the_terms_say(self, told):
        growth = plans.plan(told.agency, monthly="310.00", trial_days=14, now=JANUARY_17)
        plans.price(growth, plans.per_unit("31.00"), component=Component.SEAT, now=JANUARY_17)
        plans.price(growth, plans.flat("3100.00"), interval=Interval.YEAR, now=JANUARY_17)
        scale = plans.plan(told.agency, name="Scale", monthly="620.00", now=JANUARY_17)
        plans.coupon(told.agency, code="THREE", percent="50", duration=Duration.PERIODS, periods=3, now=JANUARY_17)
        told.story.add_card()

        begins_with_a_trial_and_a_coupon(told, growth)
        is_upgraded_on_its_first_day(told, scale)
        goes_down_and_takes_seats(told, growth)
        rests_and_goes_on(told)
        is_declined_and_recovers(told)
        is_renewed_until_it_ends(told)

        # The pause's credit of 252.00 paid September's rest and 4.00 of October; everything else the card paid.
        assert sum(told.story.charged()) == 100 * (155 + 155 + 310 + 310 + 620 + 310 + 372 + 368 + 15 * 372) + 4340
        told.story.verify()


def begins_with_a_trial_and_a_coupon(told, growth):
    """A trial of fourteen days, then half the price for three periods, anchored on the last day of months."""
    begun = told.send(
        "POST",
        expect=201,
        sub_account_id=told.story.sub_account.public_id,
        plan_id=growth.public_id,
        interval="month",
        coupons=["THREE"],
    )
    told.id = begun["id"]
    assert (begun["state"], told.billed()) == ("trialing", [])
    told.until(2026, 1, 31)
    assert (told.now["state"], told.billed()) == ("active", ["155.00"])


def is_upgraded_on_its_first_day(told, scale):
    """An upgrade on the first day: the whole period is credited as it was paid, and billed with the same coupon."""
    told.act("changes", plan_id=scale.public_id, interval="month")
    assert told.billed() == ["155.00"]
    told.until(2026, 4, 30)
    assert told.billed() == ["310.00", "310.00", "620.00"]
    assert told.now["current_period_end"] == "2026-05-31T00:00:00+00:00"


def goes_down_and_takes_seats(told, growth):
    """Down again with the period's end, and seats from the middle of it: 21 of the 31 days from June 10th."""
    told.act("changes", plan_id=growth.public_id, interval="month")
    assert told.billed() == []
    told.until(2026, 6, 9)
    assert told.billed() == ["310.00"]
    told.act("changes", seats=2, takes_effect="now")
    assert told.billed() == ["43.40"]
    told.until(2026, 6, 30)
    assert told.billed() == ["372.00"]


def rests_and_goes_on(told):
    """Paused on July 9th of a period of 31 days: 21 of them come back and pay for what follows the resume."""
    told.until(2026, 7, 9)
    told.act("pause", reason="Holidays")
    assert told.billed() == ["-252.00"]
    told.until(2026, 9, 10)
    assert (told.now["state"], told.billed()) == ("paused", [])
    told.act("pause", "DELETE", expect=204)
    assert told.billed() == ["248.00"]
    told.until(2026, 10, 1)
    assert told.billed() == ["372.00"]


def is_declined_and_recovers(told):
    """A renewal is declined, tried again after an hour, and recovers."""
    told.story.decline(told.story.rows_of_cards()[0], "insufficient_funds", times=1)
    told.until(2026, 10, 30)
    told.story.wait(hours=6, minutes=30)
    assert (told.now["state"], told.billed()) == ("past_due", ["372.00"])
    told.story.wait(hours=1)
    assert told.now["state"] == "active"


def is_renewed_until_it_ends(told):
    """Another year, by the month; then the end, at once: 7 of 31 days are not used."""
    told.until(2027, 12, 30)
    assert told.billed() == ["372.00"] * 13
    told.until(2028, 1, 23)
    told.act("cancellation", takes_effect="now", reason="Closed")
    assert (told.now["state"], told.billed()) == ("canceled", ["372.00", "-84.00"])
    told.until(2028, 6, 1)
    assert told.billed() == []
