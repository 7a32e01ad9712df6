"""Accounts under the platform: opened for one place, received with by it alone, charged and refunded through."""

import pytest

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from tests.browsing import submit, visit
from tests.factories import cards, staff, tenants
from tests.together import beside
from wallet.charges.models import RefundState
from wallet.merchant_accounts import connecting, keys, queries
from wallet.merchant_accounts.jobs import register_webhook
from wallet.merchant_accounts.operations import connect_account, of_agency
from wallet.stripe_gateway.outcomes import Account

KEYS = {"publishable_key": "pk_test_norte", "secret_key": "sk_test_norte"}


class TestTheAgency:
    def test_it_receives_with_the_account_it_opened(self, ana, agency):
        place = f"/a/{agency.slug}/settings/payments"
        sent = submit(ana, f"{place}/onboarding", page=place)
        account = sent.location.rpartition("account=")[2]
        back = ana.get(f"{place}/questions?account={account}").location

        submit(ana, f"{place}/connected", page=back, account=account)

        assert active(agency).stripe_account == account
        assert "Connected account" in visit(ana, place).text

    @pytest.mark.parametrize("first", [lambda: received("acct_1"), lambda: of_agency(now=tenants.NOON)])
    def test_of_two_at_once_it_receives_with_the_second(self, agency, owner, first):
        with beside(agency.id, first), scope.of_agency(agency.id), transaction():
            received("acct_2")

        assert active(agency).stripe_account == "acct_2"
        assert owner.execute("SELECT count(retired_at), count(*) FROM merchant_accounts").fetchone() == (1, 2)

    def test_charges_and_refunds_go_through_it(self, agency, stripe):
        connected(agency)
        card = cards.card(tenants.sub_account(agency))

        refunded = cards.given_back(cards.refund(cards.settled_charge(card), "10.00"))

        assert refunded.state is RefundState.SETTLED
        asked = stripe.requests("/v1/payment_intents") + stripe.requests("/v1/refunds")
        assert [request["account"] for request in asked] == [active(agency).stripe_account] * 2

    def test_its_webhook_is_made_in_it_and_believed(self, agency, stripe):
        connected(agency)
        merchant = active(agency)

        with scope.of_agency(agency.id):
            register_webhook(merchant_account_id=str(merchant.id))

        [made] = stripe.requests("/v1/webhook_endpoints")
        assert (made["account"], made["body"]["url"]) == (merchant.stripe_account, webhook_address(merchant))
        with scope.of_agency(agency.id), transaction():
            assert keys.webhook_secret(queries.merchant_account(merchant.id)).startswith("whsec_")


class TestASubAccount:
    def test_it_receives_with_keys_of_its_own(self, call):
        assert call("GET").status_code == 404

        answer = call("PUT", **KEYS)

        assert (answer.status_code, answer.json["kind"], answer.json["account"]) == (200, "own_key", "acct_norte")
        assert answer.json["webhook_address"].endswith(answer.json["id"])
        assert "sk_test" not in answer.text + call("GET").text

    def test_it_receives_with_the_account_it_opened(self, call):
        opened = call("POST", "/onboarding", return_url="https://norte.example/back").json

        answer = call("POST", "/connected", account=opened["account"])

        assert opened["url"] == "https://norte.example/back"
        assert (answer.json["kind"], answer.json["account"]) == ("connected", opened["account"])

    def test_it_never_receives_with_an_account_of_another_place(self, agency, call):
        with scope.of_agency(agency.id):
            of_the_agency = connecting.begin(sub_account_id=None)

        assert call("POST", "/connected", account=of_the_agency).status_code == 404
        assert call("POST", "/connected", account="acct_of_nobody").status_code == 404

    def test_its_panel_connects_keys(self, app, agency, client):
        person = staff.signed_in(app, staff.person(agency, at=client))
        place = f"/s/{client.public_id}/billing/payments-processing"

        submit(person, place, **KEYS)

        assert "acct_norte" in visit(person, place).text


def connected(agency):
    with scope.of_agency(agency.id):
        account = connecting.begin(sub_account_id=None)
        connecting.finish(account, sub_account_id=None, by=OPERATOR, now=tenants.NOON)


def active(agency):
    with scope.of_agency(agency.id), transaction():
        return queries.active()


def received(account):
    """In the caller's transaction: its payments go to the account from now on."""
    opened = Account(id=account, name="Lumen", country="US", charges_enabled=True)
    connect_account(opened, sub_account_id=None, by=OPERATOR, now=tenants.NOON)


def webhook_address(merchant):
    return f"http://localhost/webhooks/stripe/{merchant.public_id}"


@pytest.fixture
def agency(app, stripe):
    return tenants.agency()


@pytest.fixture
def client(agency):
    return tenants.sub_account(agency)


@pytest.fixture
def call(app, agency, client):
    """The API about the sub-account's merchant account, with a key of its own."""
    headers = staff.bearer(staff.api_key(agency, at=client))
    path = f"/api/v1/sub-accounts/{client.public_id}/merchant-account"

    def send(method, part="", **body):
        return app.test_client().open(f"{path}{part}", method=method, json=body or None, headers=headers)

    return send


@pytest.fixture
def ana(app, agency):
    return staff.signed_in(app, staff.person(agency))
