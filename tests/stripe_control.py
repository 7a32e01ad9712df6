"""The local Stripe as tests speak to it: what the cardholder, the bank and bad luck do."""

import httpx

KEY = {"Authorization": "Bearer sk_test_cartera"}


class StripeControl:
    """The control interface of the local Stripe, as tests speak of it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client = httpx.Client(base_url=f"{url}/_control", timeout=20)

    def post(self, path: str, /, **body: object) -> dict:
        answer = self.client.post(path, json=body)
        answer.raise_for_status()
        return answer.json()

    def fail(self, kind: str, *, path: str = "/v1/payment_intents", **terms: object) -> None:
        """Stage a fault for the next matching POST."""
        self.post("/faults", kind=kind, method="POST", path=path, **terms)

    def authenticate(self, intent: str, outcome: str = "succeeded") -> None:
        """What the cardholder answers their bank."""
        self.post(f"/intents/{intent}/authentication", outcome=outcome)

    def confirm(self, intent: str, card: str) -> None:
        """What the browser does with a client secret: pay again, with the cardholder there."""
        words = {"payment_method": card, "use_stripe_sdk": "true"}
        url = f"{self.url}/v1/payment_intents/{intent}/confirm"
        httpx.post(url, data=words, headers=KEY, timeout=20).raise_for_status()

    def set_up(self, client_secret: str, card: str) -> None:
        """What the processor's card form does in the browser."""
        intent = client_secret.partition("_secret_")[0]
        words = {"payment_method": card, "client_secret": client_secret, "key": "pk_test_cartera"}
        httpx.post(f"{self.url}/v1/setup_intents/{intent}/confirm", data=words, timeout=20).raise_for_status()

    def give_back(self, intent: str) -> None:
        """What somebody does at the processor's own pages: all of it, without us."""
        httpx.post(
            f"{self.url}/v1/refunds", data={"payment_intent": intent}, headers=KEY, timeout=20
        ).raise_for_status()

    def requests(self, path: str, method: str = "POST") -> list[dict]:
        """What was asked of the API at that path."""
        asked = self.client.get("/requests").json()["data"]
        return [request for request in asked if request["method"] == method and request["path"] == path]

    def charged(self) -> list[dict]:
        """Every successful charge that any card of the test has seen."""
        return [charge for charge in self._list("charges") if charge["paid"]]

    def refunded(self) -> list[dict]:
        return self._list("refunds")

    def _list(self, kind: str) -> list[dict]:
        answer = httpx.get(f"{self.url}/v1/{kind}", params={"limit": 100}, headers=KEY, timeout=20)
        answer.raise_for_status()
        return answer.json()["data"]
