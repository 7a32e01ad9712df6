"""An installed app charges with its own key: within its price, its limits and its install."""

import pytest

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from marketplace.installs.operations.removing import uninstall
from marketplace.installs.operations.settling import set_limits
from marketplace.installs.queries import install
from tests import browsing
from tests.factories import marketplace, staff, tenants
from tests.factories.tenants import NOON
from tests.marketplace.installs.calls import Calls, usage


def limited(calls, daily=None, monthly=None):
    with scope.of_agency(calls.install.agency_id), transaction():
        found = install(calls.install.id)
        limits = [marketplace.limit(amount) if amount else None for amount in (daily, monthly)]
        set_limits(found, daily=limits[0], monthly=limits[1], by=OPERATOR, now=NOON)


class TestACharge:
    def test_is_shared_in_the_same_journal(self, calls, client_of_agency, owner):
        charged = calls.charge(quantity="2")

        assert charged["amount"] == {"amount": "1.25", "currency": "USD"}
        assert calls.balance(client_of_agency) == "18.75 USD"
        # Of the list price of 1.00 the publisher gets 80 percent, the platform 5; the margin of 0.25 is the agency's.
        assert calls.shares() == ["0.8000", "0.4000", "0.0500"]
        journals = "SELECT count(DISTINCT journal_id) FROM transfers WHERE code = 'charge'"
        assert owner.execute(journals).fetchone() == (1,)

    def test_of_an_event_is_made_once(self, calls, client_of_agency):
        calls.charge("run-1")

        again = calls.charge("run-1", quantity="9", expect=409)

        assert again["code"] == "event-charged-already"
        assert calls.balance(client_of_agency) == "18.75 USD"

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({"currency": "EUR"}, "currency-not-charged"),
            ({"meter": "cups"}, "meter-not-sold"),
            ({"unit_price": "0.40"}, "price-fixed"),
            ({"meter": "words"}, "price-unknown"),
            ({"meter": "words", "unit_price": "2.01"}, "price-outside-bounds"),
            ({"quantity": "0.0000001"}, "nothing-to-charge"),
        ],
    )
    def test_that_is_not_as_agreed_is_refused_and_posts_nothing(self, calls, client_of_agency, said, code):
        refused = calls.charge(**said, expect=422)

        assert refused["code"] == code
        assert calls.balance(client_of_agency) == "20.00 USD"
        assert calls.shares() == ["0", "0", "0"]

    def test_at_a_dynamic_price_is_marked_up(self, calls):
        charged = calls.charge(meter="words", quantity="1", unit_price="2.00")

        assert charged["amount"]["amount"] == "2.50"

    def test_beyond_the_wallet_is_refused(self, calls):
        assert calls.charge(quantity="100", expect=402)["code"] == "insufficient-funds"


class TestLimits:
    def test_count_what_holds_reserve(self, calls):
        limited(calls, daily="3.00")
        calls.hold("run-1", quantity="4")

        refused = calls.charge("run-2", quantity="2", expect=402)

        assert refused["code"] == "app-limit-reached"
        assert "$0.50" in refused["detail"]

    @pytest.mark.parametrize(
        "limits", [("1.00", "9.00", "15.00"), ("9.00", "1.00", "15.00"), ("15.00", "9.00", "1.00")]
    )
    def test_of_three_the_tightest_wins(self, calls, agency, pages, limits):
        publisher, agencys, clients = limits
        marketplace.limited(pages, publisher)
        marketplace.offered(agency, pages, markup="1.25", daily_limit=marketplace.limit(agencys))
        limited(calls, daily=clients)

        asked = calls.ask("/has-funds", usage("asked", "2"), expect=200)

        assert asked["has_funds"] is False
        assert asked["limits"][0]["limit"]["amount"] == "1.00"
        assert calls.charge(expect=402)["code"] == "app-limit-reached"
        assert calls.shares() == ["0", "0", "0"]

    def test_of_a_month_hold_beside_that_of_a_day(self, calls, client_of_agency):
        limited(calls, monthly="1.00")

        assert calls.charge(expect=402)["code"] == "app-monthly-limit-reached"
        assert (calls.balance(client_of_agency), calls.shares()) == ("20.00 USD", ["0", "0", "0"])


class TestAHold:
    def test_is_captured_for_what_it_came_to(self, calls, client_of_agency):
        held = calls.hold(quantity="4")

        captured = calls.ask(f"/holds/{held['id']}/capture", {"quantity": "2"})

        assert captured["amount"]["amount"] == "1.25"
        assert calls.balance(client_of_agency) == "18.75 USD"
        assert calls.shares() == ["0.8000", "0.4000", "0.0500"]

    def test_captures_no_more_than_it_reserves(self, calls):
        held = calls.hold(quantity="1")

        refused = calls.ask(f"/holds/{held['id']}/capture", {"quantity": "2"}, expect=422)

        assert refused["code"] == "capture-above-hold"

    def test_is_released(self, calls):
        held = calls.hold()

        released = calls.ask(f"/holds/{held['id']}/release", expect=200)

        assert released["state"] == "released"


class TestARefund:
    def test_takes_the_shares_back_in_proportion(self, calls, client_of_agency):
        charged = calls.charge(quantity="2")

        calls.refund(charged, amount={"amount": "0.50", "currency": "USD"})

        assert calls.balance(client_of_agency) == "19.25 USD"
        assert calls.shares() == ["0.4800", "0.2400", "0.0300"]

    def test_of_all_leaves_nothing(self, calls, client_of_agency):
        charged = calls.charge(quantity="3")
        calls.refund(charged, "back-1", amount={"amount": "0.333333", "currency": "USD"})

        calls.refund(charged, "back-2")

        assert calls.balance(client_of_agency) == "20.00 USD"
        assert calls.shares() == ["0.0000", "0.0000", "0.0000"]

    def test_is_never_more_than_the_charge(self, calls):
        charged = calls.charge()

        refused = calls.refund(charged, amount={"amount": "1.26", "currency": "USD"}, expect=422)

        assert refused["code"] == "refund-above-charge"


class TestTheKey:
    def test_opens_nothing_after_the_install_ended(self, calls, client_of_agency):
        held = calls.hold()
        before = calls.shares()
        with scope.of_agency(calls.install.agency_id), transaction():
            uninstall(install(calls.install.id), reason="", by=OPERATOR, now=NOON)

        assert calls.charge("run-2", expect=401)["status"] == 401
        assert calls.ask(f"/holds/{held['id']}/capture", {}, expect=401)["status"] == 401
        assert (calls.balance(client_of_agency), calls.shares()) == ("20.00 USD", before)

    def test_reaches_its_own_install_alone(self, app, agency, client_of_agency, calls, pages):
        elsewhere = tenants.sub_account(agency, name="Panadería")
        marketplace.funded(elsewhere, "20.00")
        other = marketplace.installed(elsewhere, pages)
        beside = marketplace.listed(marketplace.usage("other"), name="Otra")
        marketplace.offered(agency, beside)

        strange = Calls(app.test_client(), other, calls.headers)
        same_client = marketplace.installed(client_of_agency, beside)

        assert strange.charge(expect=404)["status"] == 404
        assert Calls(app.test_client(), same_client, calls.headers).charge(meter="other", expect=404)["status"] == 404
        assert strange.shares() == ["0", "0", "0"]
        assert (calls.balance(elsewhere), calls.balance(client_of_agency)) == ("20.00 USD", "20.00 USD")

    def test_is_refused_at_the_wallet_itself(self, calls, client_of_agency):
        path = f"/api/v1/wallets/{client_of_agency.public_id}"
        amount = {"amount": {"amount": "1.00", "currency": "USD"}}

        answers = [
            calls.client.get(path, headers=calls.headers),
            calls.client.post(f"{path}/charges", json=amount, headers=calls.headers),
        ]

        assert [answer.status_code for answer in answers] == [403, 403]

    def test_does_what_was_consented_to_alone(self, calls):
        customers = calls.client.get("/api/v1/subscriptions", headers=calls.headers)

        assert customers.status_code == 403


class TestThePageOfAnInstall:
    def test_still_says_that_the_wallet_is_charged(self, app, calls, agency, client_of_agency):
        carla = staff.signed_in(app, staff.person(agency, at=client_of_agency))

        page = f"/s/{client_of_agency.public_id}/billing/installed-apps/{calls.install.public_id}"

        assert "Charge your wallet for usage" in browsing.visit(carla, page).text


class TestAKeyOfTheSubAccount:
    def test_charges_for_no_app(self, app, calls, agency, client_of_agency):
        own = Calls(app.test_client(), calls.install, staff.bearer(staff.api_key(agency, at=client_of_agency)))

        assert own.charge(expect=403)["status"] == 403
