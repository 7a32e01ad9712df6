import re

import pytest

from agency.foundation import ids
from agency.staff.roles import Role
from tests.browsing import submit, visit
from tests.factories import staff, webhooks

CONSOLE = "/a/lumen-studio/developers"
SECRET = re.compile(r'data-copy="(whsec_[^"]+)"')


@pytest.fixture
def ana(app, lumen):
    return staff.signed_in(app, staff.person(lumen))


@pytest.fixture
def luis(app, lumen, shop):
    return staff.signed_in(app, staff.person(lumen, email="luis@shop.example", name="Luis", at=shop))


@pytest.fixture
def failed(lumen, receiver, work):
    """An endpoint whose receiver answered once, and not well."""
    endpoint, _secret = webhooks.endpoint(lumen, receiver.url)
    event = webhooks.event(lumen)
    receiver.status, receiver.answer = 500, b"<b>out of order</b>"
    work()
    return endpoint, event


def add(client, base=CONSOLE, **fields):
    return submit(client, f"{base}/webhooks/new", **({"url": "https://hooks.example/in"} | fields))


class TestAddingAnEndpoint:
    def test_shows_the_secret_once(self, ana, owner):
        page = add(ana, description="Books", event_types=["charge.settled", "charge.declined"])
        listed = visit(ana, f"{CONSOLE}/webhooks").text

        assert SECRET.search(page.text).group(1) not in listed
        assert "Books" in listed
        kept = owner.execute("SELECT event_kinds, contact FROM webhook_endpoints").fetchone()
        assert kept == (["charge.declined", "charge.settled"], "ana@lumen.example")

    def test_takes_every_event_where_none_is_ticked(self, ana, owner):
        add(ana)

        assert owner.execute("SELECT event_kinds FROM webhook_endpoints").fetchone() == ([],)

    def test_shows_a_wrong_address_again(self, ana, owner):
        page = add(ana, url="https://ana:secret@hooks.example", event_types=["charge.settled"])

        assert page.status_code == 422
        assert "whole https address" in page.text
        assert re.search(r'value="charge.settled" checked', page.text)
        assert owner.execute("SELECT count(*) FROM webhook_endpoints").fetchone() == (0,)

    def test_of_one_app_offers_what_is_said_of_apps_alone(self, ana):
        page = f"{CONSOLE}/webhooks/new?app_id={ids.encode('app', ids.new_id())}"

        offered = re.findall(r'name="event_types"[^>]* value="([^".]+)', visit(ana, page).text)

        assert set(offered) == {"install"}

    def test_in_a_panel_adds_one_of_the_sub_account(self, luis, shop, owner):
        add(luis, f"/s/{shop.public_id}/billing/developers")

        assert owner.execute("SELECT sub_account_id FROM webhook_endpoints").fetchone() == (shop.id,)


class TestAnEndpointsPage:
    def test_shows_how_the_last_deliveries_went(self, ana, failed):
        endpoint, event = failed

        text = visit(ana, f"{CONSOLE}/webhooks/{endpoint.public_id}").text

        assert event.public_id in text
        assert "Answered 500" in text
        assert "Failing" in text

    def test_sends_a_delivery_again(self, ana, failed, receiver, work):
        endpoint, event = failed
        page = f"{CONSOLE}/webhooks/{endpoint.public_id}"

        again = f"{CONSOLE}/events/{event.public_id}/replay"
        answer = submit(ana, again, page=page, endpoint=endpoint.public_id)
        work()

        assert answer.headers["Location"].endswith(page)
        assert len(receiver.received) == 2

    def test_changes_it(self, ana, lumen):
        endpoint, _secret = webhooks.endpoint(lumen, kinds=("charge.settled",))
        page = f"{CONSOLE}/webhooks/{endpoint.public_id}"

        submit(ana, f"{page}/edit", url="https://hooks.example/new", event_types="charge.declined")

        text = visit(ana, page).text
        assert "https://hooks.example/new" in text
        assert "charge.declined" in text
        assert "charge.settled" not in text

    def test_replaces_its_secret_and_says_until_when_the_one_before_signs(self, ana, lumen):
        endpoint, first = webhooks.endpoint(lumen)
        page = f"{CONSOLE}/webhooks/{endpoint.public_id}"

        shown = submit(ana, f"{page}/replace-secret", page=page)

        assert SECRET.search(shown.text).group(1) != first
        assert "the one before signs along until" in visit(ana, page).text

    def test_switches_it_off_and_on(self, ana, lumen):
        page = f"{CONSOLE}/webhooks/{webhooks.endpoint(lumen)[0].public_id}"

        submit(ana, f"{page}/switch-off", page=page)
        off = visit(ana, page).text
        submit(ana, f"{page}/switch-on", page=page)

        assert "Nothing is sent here" in off
        assert "Nothing is sent here" not in visit(ana, page).text

    def test_removes_it(self, ana, failed):
        page = f"{CONSOLE}/webhooks/{failed[0].public_id}"

        submit(ana, f"{page}/remove", page=page)

        assert visit(ana, page).status_code == 404
        assert visit(ana, f"{CONSOLE}/events/{failed[1].public_id}").status_code == 200


class TestTheEventLog:
    def test_filters_by_type(self, ana, lumen):
        shown, hidden = webhooks.event(lumen, "charge.settled"), webhooks.event(lumen, "charge.declined")

        text = visit(ana, f"{CONSOLE}/events?type=charge.settled").text

        assert shown.public_id in text
        assert hidden.public_id not in text

    def test_shows_an_event_with_its_tries(self, ana, failed):
        text = visit(ana, f"{CONSOLE}/events/{failed[1].public_id}").text

        assert "café" in text
        assert "&lt;b&gt;out of order&lt;/b&gt;" in text

    def test_says_so_where_nobody_listens(self, ana, lumen):
        page = f"{CONSOLE}/events/{webhooks.event(lumen).public_id}"

        submit(ana, f"{page}/replay", page=page)

        assert "No endpoint that is switched on takes this event." in visit(ana, page).text

    def test_of_a_panel_shows_its_own_alone(self, luis, lumen, shop, clinic):
        own, other = webhooks.event(lumen, about=shop), webhooks.event(lumen, about=clinic)

        text = visit(luis, f"/s/{shop.public_id}/billing/developers/events").text

        assert own.public_id in text
        assert other.public_id not in text


class TestWhoMay:
    @pytest.mark.parametrize("role", [Role.BILLING, Role.SUPPORT, Role.READ_ONLY])
    @pytest.mark.parametrize("page", ["webhooks", "events"])
    def test_others_of_the_agency_may_not(self, app, lumen, role, page):
        bea = staff.signed_in(app, staff.person(lumen, email="bea@lumen.example", role=role))

        assert visit(bea, f"{CONSOLE}/{page}").status_code == 403
