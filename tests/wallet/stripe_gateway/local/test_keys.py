import httpx
import pytest
import stripe


class TestSecretKey:
    def test_is_needed(self, running):
        answer = httpx.get(f"{running.url}/v1/customers")

        assert answer.status_code == 401
        assert answer.json()["error"]["type"] == "invalid_request_error"

    @pytest.mark.parametrize("key", ["sk_live_abc", "nonsense"])
    def test_is_one_of_test_mode(self, connect, key):
        with pytest.raises(stripe.AuthenticationError, match="Invalid API Key"):
            connect(key).customers.list()

    def test_may_come_by_basic_authentication(self, running, key):
        assert httpx.get(f"{running.url}/v1/customers", auth=(key, "")).status_code == 200


class TestPublishableKey:
    @pytest.fixture
    def intent(self, processor, customer):
        return processor.setup_intents.create({"customer": customer.id})

    @pytest.fixture
    def browse(self, running, key):
        """Ask as a browser does: the publishable key among the parameters."""

        def browse(method, path, **parameters):
            place = "params" if method == "GET" else "data"
            values = {"key": key.replace("sk_", "pk_")} | parameters
            return httpx.request(method, f"{running.url}/v1/{path}", **{place: values})

        return browse

    def test_opens_an_intent_with_its_secret(self, browse, intent):
        answer = browse("GET", f"setup_intents/{intent.id}", client_secret=intent.client_secret)

        assert answer.json()["status"] == "requires_payment_method"
        assert "customer" not in answer.json()
        assert answer.headers["Access-Control-Allow-Origin"] == "*"

    def test_opens_nothing_without_it(self, browse, intent):
        assert browse("GET", f"setup_intents/{intent.id}").status_code == 404
        assert browse("GET", f"setup_intents/{intent.id}", client_secret="wrong").status_code == 404

    def test_confirms_with_typed_details(self, browse, intent):
        card = {"number": "4242424242424242", "exp_month": "12", "exp_year": "2040", "cvc": "123"}
        details = {f"payment_method_data[card][{name}]": value for name, value in card.items()}
        answer = browse(
            "POST",
            f"setup_intents/{intent.id}/confirm",
            client_secret=intent.client_secret,
            **{"payment_method_data[type]": "card"},
            **details,
        )

        assert answer.json()["status"] == "succeeded"

    @pytest.mark.parametrize(("method", "path"), [("GET", "customers"), ("POST", "refunds"), ("GET", "events")])
    def test_opens_nothing_else(self, browse, method, path):
        answer = browse(method, path)

        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "secret_key_required")
