"""Letters about subscriptions, and who wants them."""

from datetime import timedelta

import pytest

from agency.notices.rules import Notice
from agency.staff.roles import Role
from tests import browsing
from tests.factories import plans, staff, subscriptions, tenants
from tests.factories.tenants import NOON


@pytest.fixture
def agency(app):
    return tenants.agency(is_sandbox=True)


@pytest.fixture
def clinic(agency):
    return tenants.sub_account(agency)


@pytest.fixture
def carla(agency, clinic):
    return staff.person(agency, email="carla@dentalnorte.example", name="Carla", role=Role.OWNER, at=clinic)


@pytest.fixture
def signed_in(app, carla):
    return staff.signed_in(app, carla)


@pytest.fixture
def growth(agency):
    return plans.plan(agency)


@pytest.fixture
def go_on(client, agency):
    """Advance the clock so many days from noon of March 2."""
    headers = staff.bearer(staff.api_key(agency))

    def go(days):
        to = (NOON + timedelta(days=days)).isoformat()
        assert client.post("/api/v1/agency/clock/advance", json={"to": to}, headers=headers).status_code == 200

    return go


@pytest.fixture
def letters(owner):
    """Receivers and subjects of what was written, in order."""
    query = "SELECT recipient, subject FROM outgoing_mails WHERE template = 'subscription' ORDER BY created_at, id"
    return lambda: owner.execute(query).fetchall()


class TestComing:
    def test_a_renewal_is_told_a_week_before_once(self, agency, clinic, carla, go_on, letters):
        subscriptions.subscription(clinic, plans.plan(agency))

        go_on(23)
        assert letters() == []
        go_on(30)

        assert letters() == [("carla@dentalnorte.example", "Growth renews on Apr 2, 2026")]

    def test_each_renewal_is_told(self, agency, clinic, carla, go_on, letters):
        subscriptions.subscription(clinic, plans.plan(agency))

        go_on(60)

        assert [subject for _to, subject in letters()] == [
            "Growth renews on Apr 2, 2026",
            "Growth renews on May 2, 2026",
        ]

    def test_the_end_of_a_trial_is_told(self, agency, clinic, carla, go_on, letters):
        subscriptions.subscription(clinic, plans.plan(agency, trial_days=14))

        go_on(8)

        assert letters() == [("carla@dentalnorte.example", "The trial of Growth ends on Mar 16, 2026")]

    def test_what_ends_with_its_period_does_not_renew(self, agency, clinic, carla, go_on, letters):
        row = subscriptions.subscription(clinic, plans.plan(agency))
        subscriptions.canceled(row, "period_end")

        go_on(30)

        assert letters() == []


class TestHappened:
    def test_a_pause_and_its_end_are_told(self, agency, clinic, carla, go_on, letters):
        row = subscriptions.subscription(clinic, plans.plan(agency))

        subscriptions.paused(row)
        subscriptions.resumed(row)
        go_on(1)

        assert [subject for _to, subject in letters()][:2] == ["Growth is paused", "Growth goes on"]

    def test_a_renewal_that_is_not_paid_is_told(self, agency, clinic, carla, go_on, letters):
        subscriptions.subscription(clinic, plans.plan(agency), collection="card")

        go_on(1)

        assert letters()[0] == ("carla@dentalnorte.example", "The payment for Growth failed")


class TestPreferences:
    def test_what_somebody_refuses_is_not_sent_to_them(self, signed_in, clinic, growth, go_on, letters):
        page = f"/s/{clinic.public_id}/billing/notices"
        assert browsing.visit(signed_in, page).text.count("checked") == len(Notice)

        browsing.submit(signed_in, page, wanted=["failed_charges", "invoices"])
        subscriptions.subscription(clinic, growth)
        go_on(30)

        assert browsing.visit(signed_in, page).text.count("checked") == 2
        assert letters() == []

    def test_the_billing_address_is_written_to_all_the_same(self, agency, go_on, letters):
        clinic = tenants.sub_account(agency, email="office@dentalnorte.example")
        subscriptions.subscription(clinic, plans.plan(agency))

        go_on(30)

        assert [to for to, _subject in letters()] == ["office@dentalnorte.example"]
