"""What a past time would have cost under another version of a price."""

from datetime import timedelta

import pytest

from agency.plans.rules.components import Component
from tests import browsing
from tests.factories import plans, staff, subscriptions, tenants
from tests.factories.tenants import NOON

LONG_AGO = NOON - timedelta(days=40)


@pytest.fixture
def agency(app):
    return tenants.agency(slug="lumen", is_sandbox=True)


@pytest.fixture
def plan(agency):
    return plans.plan(agency, monthly=None, now=LONG_AGO)


@pytest.fixture
def price(plan):
    return plans.price(plan, plans.flat("310.00"), now=LONG_AGO)


@pytest.fixture
def rehearse(client, agency, plan, price):
    headers = staff.bearer(staff.api_key(agency))

    def ask(of=price, **said):
        body = {"model": "flat", "unit_price": "341.00"} | said
        return client.post(f"/api/v1/prices/{of.public_id}/rehearsal", json=body, headers=headers)

    return ask


def figures(answer):
    return tuple(answer[name]["amount"] for name in ("before", "after", "difference"))


class TestRehearse:
    def test_answers_client_by_client_with_totals(self, rehearse, agency, plan, price):
        for name in ("Dental Norte", "Clinica Sur"):
            subscriptions.subscription(tenants.sub_account(agency, name=name), plan)

        answer = rehearse().json

        assert figures(answer) == ("620.00", "682.00", "62.00")
        assert [figures(client) for client in answer["clients"]] == [("310.00", "341.00", "31.00")] * 2

    def test_keeps_the_share_the_sign_and_the_discount_of_each_line(self, rehearse, agency, plan, price):
        plans.coupon(agency, code="WELCOME", percent="50")
        row = subscriptions.subscription(tenants.sub_account(agency), plan, coupons=("WELCOME",))
        subscriptions.canceled(row)

        answer = rehearse().json

        assert subscriptions.lines(row) == ["155.00", "-150.00"]
        assert figures(answer) == ("5.00", "5.50", "0.50")

    def test_counts_seats_beyond_the_included_ones(self, rehearse, agency):
        team = plans.plan(agency, name="Team", seats_included=3)
        seat = plans.price(team, plans.per_unit("12.00"), component=Component.SEAT)
        subscriptions.subscription(tenants.sub_account(agency), team, seats=5)

        answer = rehearse(seat, model="per_unit", unit_price="15.00").json

        assert figures(answer) == ("24.00", "30.00", "6.00")

    def test_leaves_out_what_was_agreed_with_one_client_and_what_is_long_past(self, rehearse, agency, plan, price):
        own, early = tenants.sub_account(agency, name="Own"), tenants.sub_account(agency, name="Early")
        plans.version(price, plans.flat("200.00"), sub_account=own)
        subscriptions.subscription(own, plan)
        subscriptions.subscription(early, plan, now=LONG_AGO)

        answer = rehearse().json
        alone = rehearse(sub_account_id=own.public_id).json

        assert answer["clients"] == []
        assert figures(alone) == ("200.00", "341.00", "141.00")

    def test_refuses_another_currency(self, rehearse):
        assert rehearse(currency="EUR").json["errors"].keys() == {"currency"}

    def test_looks_back_as_far_as_it_is_asked(self, rehearse, agency, plan, price):
        subscriptions.subscription(tenants.sub_account(agency), plan, now=LONG_AGO)

        answers = [rehearse(months=months).json for months in (1, 2)]

        assert [figures(answer) for answer in answers] == [("0.00", "0.00", "0.00"), ("310.00", "341.00", "31.00")]

    def test_refuses_to_look_back_for_ever(self, rehearse):
        assert rehearse(months=25).json["errors"].keys() == {"months"}


class TestTheEditor:
    def test_shows_the_difference_before_anything_is_saved(self, app, agency, plan, price, owner):
        subscriptions.subscription(tenants.sub_account(agency), plan)
        editor = f"/a/lumen/catalogue/prices/{price.public_id}/versions/new"
        somebody = staff.signed_in(app, staff.person(agency))

        seen = browsing.submit(somebody, editor, model="flat", unit_price="341.00", act="rehearse")

        assert "$31.00" in seen.text
        assert "Dental Norte" in seen.text
        assert 'value="341.00"' in seen.text
        assert owner.execute("SELECT count(*) FROM prices").fetchone() == (1,)

    def test_says_at_the_field_what_is_wrong(self, app, agency, plan, price):
        editor = f"/a/lumen/catalogue/prices/{price.public_id}/versions/new"
        somebody = staff.signed_in(app, staff.person(agency))

        seen = browsing.submit(somebody, editor, model="flat", unit_price="-5", act="rehearse")

        assert seen.status_code == 422
        assert 'id="unit_price-field-error"' in seen.text
