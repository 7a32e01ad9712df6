"""Subscriptions go over to another version of their price."""

import re

import pytest

from agency.foundation.ids import encode
from tests import browsing
from tests.factories import plans, staff, subscriptions, tenants

APRIL = "2026-04-03T00:00:00Z"


@pytest.fixture
def agency(app):
    return tenants.agency(slug="lumen", is_sandbox=True)


@pytest.fixture
def plan(agency):
    return plans.plan(agency, monthly=None)


@pytest.fixture
def price(plan):
    return plans.price(plan, plans.flat("310.00"))


@pytest.fixture
def row(agency, plan, price):
    return subscriptions.subscription(tenants.sub_account(agency), plan)


@pytest.fixture
def another(agency, plan, row):
    return subscriptions.subscription(tenants.sub_account(agency, name="Another"), plan)


@pytest.fixture
def dearer(row, price):
    return plans.version(price, plans.flat("341.00"))


@pytest.fixture
def call(client, agency):
    headers = staff.bearer(staff.api_key(agency))
    return lambda path, body: client.post(f"/api/v1{path}", json=body, headers=headers)


@pytest.fixture
def move(call, dearer):
    return lambda when="period_end", **said: call(f"/prices/{dearer.public_id}/moves", {"takes_effect": when} | said)


def states(answer):
    return [(each["state"], each["reason"]) for each in answer.json["subscriptions"]]


class TestPreview:
    def test_says_what_each_would_pay_and_stores_nothing(self, call, dearer, owner):
        answer = call(f"/prices/{dearer.public_id}/moves/preview", {"takes_effect": "now"}).json["data"][0]

        amounts = [answer[name]["amount"] for name in ("before", "after", "difference", "bill")]
        assert amounts == ["310.00", "341.00", "31.00", "31.00"]
        assert owner.execute("SELECT count(*) FROM subscription_changes").fetchone() == (0,)


class TestMove:
    def test_with_the_next_renewal_bills_nothing_before_it(self, call, move, row):
        answer = move()

        assert states(answer) == [("planned", None)]
        assert subscriptions.lines(row) == ["310.00"]
        call("/agency/clock/advance", {"to": APRIL})
        assert subscriptions.lines(row) == ["310.00", "341.00"]

    def test_now_bills_the_difference(self, move, row):
        answer = move("now")

        assert states(answer) == [("moved", None)]
        assert subscriptions.lines(row) == ["310.00", "-310.00", "341.00"]

    def test_of_some_leaves_the_others(self, move, another, row):
        answer = move(subscription_ids=[row.public_id])

        assert [each["subscription_id"] for each in answer.json["subscriptions"]] == [row.public_id]

    def test_leaves_what_has_its_own_price_is_paused_or_will_change(self, agency, plan, price, call):
        own, rests, ends = (tenants.sub_account(agency, name=name) for name in ("Own", "Rests", "Ends"))
        plans.version(price, plans.flat("200.00"), sub_account=own)
        rows = [subscriptions.subscription(client, plan) for client in (own, rests, ends)]
        subscriptions.paused(rows[1])
        subscriptions.canceled(rows[2], "period_end")
        newer = plans.version(price, plans.flat("341.00"))

        answer = call(f"/prices/{newer.public_id}/moves", {"takes_effect": "period_end"})

        assert states(answer) == [("left", "own_price"), ("left", "paused"), ("left", "ending")]

    @pytest.mark.parametrize("body", [{}, {"takes_effect": "never"}, {"takes_effect": "now", "subscription_ids": []}])
    def test_names_what_is_wrong(self, call, dearer, body):
        answer = call(f"/prices/{dearer.public_id}/moves", body)

        assert answer.status_code == 422
        assert answer.json["errors"]

    def test_a_second_time_finds_it_planned(self, move):
        move()

        assert states(move()) == [("left", "change_planned")]


class TestUndo:
    def test_takes_back_what_was_not_billed(self, call, move, row):
        begun = move().json

        undone = call(f"/price-moves/{begun['id']}/undo", {})
        call("/agency/clock/advance", {"to": APRIL})

        assert states(undone) == [("undone", None)]
        assert subscriptions.lines(row) == ["310.00", "310.00"]

    def test_is_refused_once_it_was_billed(self, call, move):
        begun = move().json
        call("/agency/clock/advance", {"to": APRIL})

        assert call(f"/price-moves/{begun['id']}/undo", {}).json["code"] == "nothing-to-undo"


class TestThePages:
    def test_try_move_and_undo(self, app, agency, row, dearer):
        clerk = staff.signed_in(app, staff.person(agency))
        form = f"/a/lumen/catalogue/prices/{dearer.public_id}/moves/new"

        shown = browsing.visit(clerk, form).text
        assert "$31.00" in shown
        assert re.search(r'/catalogue" aria-current="page"', shown)
        done = browsing.submit(clerk, form, takes_effect="period_end", which="ticked", subscription_ids=row.public_id)
        assert "With its next renewal" in browsing.visit(clerk, done.location).text
        browsing.submit(clerk, f"{done.location}/undo", page=done.location)

        assert "Undone by Ana Ruiz" in browsing.visit(clerk, done.location).text
        tab = f"/a/lumen/sub-accounts/{encode('sac', row.sub_account_id)}/subscriptions/{row.public_id}"
        assert "Planned change withdrawn" in browsing.visit(clerk, tab).text
