"""The test clock in the console."""

from datetime import timedelta

import pytest

from agency.foundation import clock
from agency.foundation.due import sources
from agency.test_clock import words
from tests.browsing import submit, visit
from tests.factories import plans, staff, subscriptions, tenants
from tests.factories.tenants import NOON

PAGE = "/a/lumen/test-clock"


@pytest.fixture
def sandbox(app):
    return tenants.agency(slug="lumen", is_sandbox=True)


@pytest.fixture
def owner_here(app, sandbox):
    return staff.signed_in(app, staff.person(sandbox))


@pytest.fixture
def renewing(sandbox):
    return subscriptions.subscription(tenants.sub_account(sandbox), plans.plan(sandbox))


class TestShow:
    def test_says_what_falls_due_next(self, owner_here, renewing):
        page = visit(owner_here, PAGE)

        assert "Renewals, planned changes and ends of subscriptions" in page.text

    def test_is_no_page_of_a_live_agency(self, app):
        live = staff.signed_in(app, staff.person(tenants.agency(slug="lumen")))

        assert visit(live, PAGE).status_code == 404
        assert PAGE not in visit(live, "/a/lumen/").text

    def test_has_words_for_every_kind_of_work(self, app):
        assert set(words.WORK) == {source.name for source in sources.registered()}


class TestAdvance:
    def test_goes_a_month_and_lists_what_was_due(self, owner_here, renewing):
        answer = submit(owner_here, PAGE, stride="month")

        page = visit(owner_here, PAGE)
        assert answer.status_code == 302
        assert "April 2, 2026" in page.text or "Apr 2, 2026" in page.text
        assert page.text.count("Renewals, planned changes and ends of subscriptions") == 2
        assert len(subscriptions.lines(renewing)) == 2

    def test_goes_to_a_moment_on_the_wall_of_the_agency(self, owner_here, sandbox):
        submit(owner_here, PAGE, to="2026-03-10T09:30")

        key = staff.bearer(staff.api_key(sandbox))
        assert owner_here.get("/api/v1/agency/clock", headers=key).json["now"] == "2026-03-10T14:30:00+00:00"

    @pytest.mark.parametrize("to", ["2026-03-01T09:00", "", "soon"])
    def test_says_at_the_field_what_is_wrong(self, owner_here, to):
        answer = submit(owner_here, PAGE, to=to)

        assert answer.status_code == 422
        assert 'id="to-field-error"' in answer.text

    def test_is_written_down_with_who_did_it(self, owner_here, owner):
        submit(owner_here, PAGE, stride="day")

        entry = owner.execute("SELECT actor_name, after FROM audit_entries WHERE action = 'clock.advanced'").fetchone()
        assert entry == ("Ana Ruiz", {"now": (NOON + timedelta(days=1)).isoformat()})
        assert not clock.is_sandbox()
