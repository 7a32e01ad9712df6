import re

import pytest

from agency.staff.roles import Role
from subaccounts.subscriptions.rules.conventions import TakesEffect
from tests import browsing
from tests.factories import plans, staff, subscriptions, tenants


@pytest.fixture
def agency(app):
    return tenants.agency(is_sandbox=True)


@pytest.fixture
def sub_account(agency):
    return tenants.sub_account(agency)


@pytest.fixture
def growth(agency):
    return plans.plan(agency, monthly="310.00")


@pytest.fixture
def scale(agency):
    return plans.plan(agency, name="Scale", monthly=None)


@pytest.fixture
def row(sub_account, growth):
    return subscriptions.subscription(sub_account, growth)


@pytest.fixture
def owner_of_panel(app, agency, sub_account):
    person = staff.person(agency, email="ana@dentalnorte.example", name="Ana", role=Role.OWNER, at=sub_account)
    return staff.signed_in(app, person)


@pytest.fixture
def clerk(app, agency):
    return staff.signed_in(app, staff.person(agency, email="bo@lumen.example", name="Bo", role=Role.BILLING))


@pytest.fixture
def panel(sub_account):
    return f"/s/{sub_account.public_id}/billing/subscriptions"


@pytest.fixture
def console(agency, sub_account):
    return f"/a/{agency.slug}/sub-accounts/{sub_account.public_id}/subscriptions"


class TestThePanel:
    def test_lists_plans_with_their_next_renewal(self, owner_of_panel, panel, row):
        page = browsing.visit(owner_of_panel, panel).text

        assert "Growth" in page
        assert "$310.00" in page
        assert "every month" in page

    def test_tells_the_history_with_amounts(self, owner_of_panel, panel, row):
        subscriptions.canceled(row, TakesEffect.NOW)

        page = browsing.visit(owner_of_panel, f"{panel}/history").text

        assert "Period billed" in page
        assert "Ended" in page
        assert "\u2212$300.00" in page

    def test_leaves_subscribing_to_the_agency(self, owner_of_panel, panel, row):
        assert browsing.visit(owner_of_panel, f"{panel}/new").status_code == 404

    def test_pauses_and_resumes(self, owner_of_panel, panel, row):
        one = f"{panel}/{row.public_id}"
        assert "$300.00" in browsing.visit(owner_of_panel, one).text

        browsing.submit(owner_of_panel, f"{one}/pause", page=one, reason="Holidays")
        assert "Paused" in browsing.visit(owner_of_panel, one).text
        browsing.submit(owner_of_panel, f"{one}/resumption", page=one)

        assert subscriptions.lines(row) == ["310.00", "-300.00"]
        assert "Resumed" in browsing.visit(owner_of_panel, one).text

    def test_cancels_with_the_period_and_thinks_better_of_it(self, owner_of_panel, panel, row):
        one = f"{panel}/{row.public_id}"

        browsing.submit(owner_of_panel, f"{one}/cancellation", page=one, takes_effect="period_end")
        assert "Keep it" in browsing.visit(owner_of_panel, one).text
        browsing.submit(owner_of_panel, f"{one}/cancellation/withdrawal", page=one)

        assert "Cancellation withdrawn" in browsing.visit(owner_of_panel, one).text

    def test_says_why_nothing_was_done(self, owner_of_panel, panel, row):
        one = f"{panel}/{row.public_id}"
        page = browsing.submit(owner_of_panel, f"{one}/resumption", page=one)

        assert page.status_code == 302
        assert "This subscription is not paused." in browsing.visit(owner_of_panel, one).text


class TestAChange:
    def test_shows_its_lines_before_it_is_done(self, owner_of_panel, panel, row, scale):
        dearer = plans.price(scale, plans.flat("620.00"))
        change = f"{panel}/{row.public_id}/change"

        seen = browsing.submit(owner_of_panel, change, price_id=dearer.public_id)

        assert "\u2212$310.00" in seen.text
        assert browsing.hidden(seen.text.replace("<button", "<input"), "confirmed") == "310.00"
        assert subscriptions.lines(row) == ["310.00"]

    def test_is_done_once_the_shown_total_is_confirmed(self, owner_of_panel, panel, row, scale):
        dearer = plans.price(scale, plans.flat("620.00"))
        change = f"{panel}/{row.public_id}/change"

        wrong = browsing.submit(owner_of_panel, change, price_id=dearer.public_id, confirmed="1.00")
        assert wrong.status_code == 200
        browsing.submit(owner_of_panel, change, price_id=dearer.public_id, confirmed="310.00")

        assert subscriptions.lines(row) == ["310.00", "-310.00", "620.00"]

    def test_that_changes_nothing_says_so(self, owner_of_panel, panel, row, growth):
        change = f"{panel}/{row.public_id}/change"
        chosen = browsing.visit(owner_of_panel, change).text
        price_id = chosen.split('value="pri_')[1].split('"')[0]

        refused = browsing.submit(owner_of_panel, change, price_id=f"pri_{price_id}")

        assert refused.status_code == 422
        assert "is like that already" in refused.text


class TestTheConsole:
    def test_subscribes_after_showing_what_it_bills(self, clerk, console, agency, scale):
        price = plans.price(scale, plans.flat("620.00"))
        plans.coupon(agency, code="WELCOME", percent="50")
        wish = {"price_id": price.public_id, "coupon": "welcome", "collection": "invoice"}

        seen = browsing.submit(clerk, f"{console}/new", **wish)
        assert "$310.00" in seen.text
        assert "No subscriptions yet" in browsing.visit(clerk, console).text
        made = browsing.submit(clerk, f"{console}/new", **wish, confirmed="310.00")

        assert made.status_code == 302
        assert "Scale" in browsing.visit(clerk, console).text

    def test_says_beforehand_that_no_card_can_be_charged(self, clerk, console, scale):
        price = plans.price(scale, plans.flat("620.00"))

        by_card = browsing.submit(clerk, f"{console}/new", price_id=price.public_id, collection="card")
        by_wallet = browsing.submit(clerk, f"{console}/new", price_id=price.public_id, collection="wallet")

        assert "There is no card to charge" in by_card.text
        assert "There is no card to charge" not in by_wallet.text

    def test_asks_apart_to_pause_a_subscription_and_its_sub_account(self, app, agency, console, row):
        owner = staff.signed_in(app, staff.person(agency))

        seen = browsing.visit(owner, f"{console}/{row.public_id}").text

        dialogs = re.findall(r'<dialog [^>]*\bid="([^"]+)"', seen)
        assert sorted(dialogs) == ["cancel", "pause", "pause-sub-account"]

    def test_tells_a_clients_days_in_the_clients_zone(self, clerk, agency, growth):
        far = tenants.sub_account(agency, name="Kiwi Dental", time_zone="Pacific/Auckland")
        row = subscriptions.subscription(far, growth)

        seen = browsing.visit(
            clerk, f"/a/{agency.slug}/sub-accounts/{far.public_id}/subscriptions/{row.public_id}"
        ).text

        assert "Apr 3, 2026" in seen
        assert "Apr 2, 2026" not in seen

    def test_names_the_coupon_that_will_not_do(self, clerk, console, scale):
        price = plans.price(scale, plans.flat("620.00"))

        refused = browsing.submit(clerk, f"{console}/new", price_id=price.public_id, coupon="NOTHING")

        assert refused.status_code == 422
        assert "There is no such coupon." in refused.text

    def test_counts_what_renews_today(self, clerk, agency, row):
        assert "Renewals due today" in browsing.visit(clerk, f"/a/{agency.slug}/").text
