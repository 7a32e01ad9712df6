import pytest
import stripe


@pytest.fixture
def connected(processor):
    return processor.accounts.create({"country": "MX", "email": "sub@example.com", "metadata": {"sub": "sac_1"}})


@pytest.fixture
def as_connected(connect, connected):
    return connect(stripe_account=connected.id)


class TestConnectedAccount:
    def test_may_take_payments_at_once(self, processor, connected):
        account = processor.accounts.retrieve(connected.id)

        assert (account.charges_enabled, account.country, account.metadata["sub"]) == (True, "MX", "sac_1")

    def test_sees_only_its_own(self, processor, as_connected, customer):
        own = as_connected.customers.create()

        assert [one.id for one in as_connected.customers.list()] == [own.id]
        with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
            as_connected.customers.retrieve(customer.id)
        with pytest.raises(stripe.InvalidRequestError, match="No such customer"):
            processor.customers.retrieve(own.id)

    def test_may_speak_with_a_key_of_its_own(self, connect, connected, as_connected):
        own = as_connected.customers.create()
        with_own_key = connect(connected.id.replace("acct_", "sk_test_"))

        assert with_own_key.customers.retrieve(own.id).id == own.id

    def test_is_closed_to_other_platforms(self, connect, connected):
        stranger = connect("sk_test_stranger", stripe_account=connected.id)

        with pytest.raises(stripe.PermissionError) as refused:
            stranger.customers.list()

        assert refused.value.error.code == "account_invalid"

    def test_is_gone_when_deleted(self, processor, connected, as_connected):
        processor.accounts.delete(connected.id)

        with pytest.raises(stripe.PermissionError):
            as_connected.customers.list()

    def test_uses_the_same_idempotency_key_beside_the_platform(self, processor, as_connected):
        options = {"idempotency_key": "attempt-1"}
        own = processor.customers.create({"name": "A"}, options)
        other = as_connected.customers.create({"name": "B"}, options)

        assert (own.name, other.name) == ("A", "B")


class TestPlatform:
    def test_is_there_with_its_key(self, processor, key):
        assert processor.accounts.retrieve_current().id == key.replace("sk_test_", "acct_")

    def test_lists_its_accounts(self, processor, connected):
        assert [one.id for one in processor.accounts.list()] == [connected.id]
