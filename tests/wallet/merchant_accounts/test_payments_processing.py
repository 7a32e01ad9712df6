import pytest

from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from agency.staff.roles import Role
from tests.browsing import submit, visit
from tests.factories import cards, staff, tenants
from wallet.merchant_accounts import keys, queries
from wallet.merchant_accounts.jobs import register_webhook

KEYS = {"publishable_key": "pk_test_lumen", "secret_key": "sk_test_lumen"}


class TestConnect:
    def test_a_key_that_opens_an_account_is_kept_encrypted(self, ana, address, agency, owner):
        answer = submit(ana, address, **KEYS)

        secret, account = owner.execute("SELECT secret_key, stripe_account FROM merchant_accounts").fetchone()
        assert answer.status_code == 302
        assert account == "acct_lumen"
        assert b"sk_test_lumen" not in bytes(secret)
        assert _credentials(agency).secret_key == "sk_test_lumen"

    def test_the_key_is_never_shown_again(self, ana, address):
        submit(ana, address, **KEYS)

        assert "sk_test_lumen" not in visit(ana, address).text

    def test_a_key_that_opens_nothing_is_not_kept(self, ana, address, owner):
        answer = submit(ana, address, **KEYS | {"secret_key": "sk_live_nonsense", "publishable_key": "pk_live_x"})

        assert answer.status_code == 422
        assert "does not know this key" in answer.text
        assert owner.execute("SELECT count(*) FROM merchant_accounts").fetchone() == (0,)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"secret_key": "pk_test_x"},
            {"publishable_key": "sk_test_x"},
            {"publishable_key": "pk_live_x"},
            {"webhook_secret": "nonsense"},
        ],
    )
    def test_keys_mixed_up_are_refused_before_they_are_tried(self, ana, address, stripe, wrong):
        answer = submit(ana, address, **KEYS | wrong)

        assert answer.status_code == 422
        assert stripe.requests("/v1/account", "GET") == []

    def test_the_same_account_twice_is_refused(self, ana, address):
        submit(ana, address, **KEYS)

        assert submit(ana, address, **KEYS).status_code == 422

    def test_the_account_of_before_is_retired_and_its_cards_charge_no_more(self, ana, address, agency):
        card = cards.card(tenants.sub_account(agency))
        submit(ana, address, **KEYS)

        refused = cards.collected(cards.attempt(card))

        assert (refused.decline_code, refused.decline_class) == ("merchant_retired", "hard")

    @pytest.mark.parametrize("role", [Role.BILLING, Role.SUPPORT, Role.READ_ONLY])
    def test_it_is_not_for_every_role(self, app, agency, address, role):
        person = staff.signed_in(app, staff.person(agency, email="b@x.example", role=role))

        assert visit(person, address).status_code == 403


class TestDefault:
    def test_the_platforms_account_receives_until_another_is_connected(self, agency):
        cards.card(tenants.sub_account(agency))

        assert _credentials(agency).secret_key == "sk_test_cartera"

    def test_checking_says_how_the_processor_sees_it(self, ana, address, agency, owner):
        submit(ana, f"{address}/check", page=address)

        row = owner.execute("SELECT charges_enabled, checked_at IS NOT NULL FROM merchant_accounts").fetchone()
        assert row == (True, True)


class TestRegisterWebhook:
    def test_the_processor_is_told_the_address_once_and_its_secret_kept(self, agency, stripe):
        cards.card(tenants.sub_account(agency))
        with scope.of_agency(agency.id), transaction():
            merchant = queries.active()

        with scope.of_agency(agency.id):
            for _each in range(2):
                register_webhook(merchant_account_id=str(merchant.id))

        with scope.of_agency(agency.id), transaction():
            secret = keys.webhook_secret(queries.merchant_account(merchant.id))
            session.rollback()
        assert secret.startswith("whsec_")
        assert len(stripe.requests("/v1/webhook_endpoints")) == 1


def _credentials(agency):
    with scope.of_agency(agency.id), transaction():
        return keys.credentials(queries.active())


@pytest.fixture
def agency(app, stripe):
    return tenants.agency()


@pytest.fixture
def ana(app, agency):
    return staff.signed_in(app, staff.person(agency))


@pytest.fixture
def address(agency):
    return f"/a/{agency.slug}/settings/payments"
