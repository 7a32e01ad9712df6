import json
import time

import pytest
import stripe


@pytest.fixture
def listen(processor, receiver):
    def listen(*types, by=processor, **wish):
        return by.webhook_endpoints.create({"url": receiver.url, "enabled_events": list(types) or ["*"]} | wish)

    return listen


@pytest.fixture
def drain(control):
    return lambda: control("POST", "webhooks/drain")


def await_count(receiver, count):
    deadline = time.monotonic() + 10
    while len(receiver.received) < count and time.monotonic() < deadline:
        time.sleep(0.02)
    return len(receiver.received)


class TestDelivery:
    def test_is_signed_so_that_the_sdk_accepts_it(self, processor, listen, receiver, charge):
        endpoint = listen("payment_intent.succeeded")
        intent = charge()
        assert await_count(receiver, 1) == 1

        event = stripe.Webhook.construct_event(*receiver.received[0], endpoint.secret)
        assert (event.type, event.data.object.id) == ("payment_intent.succeeded", intent.id)
        assert processor.events.retrieve(event.id).type == event.type

    def test_brings_only_what_was_asked_for(self, listen, receiver, drain, charge):
        listen("charge.succeeded", "charge.refunded")
        charge()
        drain()

        assert receiver.types == ["charge.succeeded"]

    def test_keeps_the_order_of_events(self, listen, receiver, drain, charge):
        listen()
        charge()
        drain()

        assert receiver.types[-3:] == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]

    def test_goes_to_every_endpoint(self, listen, receiver, drain, charge):
        secrets = {listen("charge.succeeded").secret for _ in range(2)}
        charge()
        drain()

        assert len(receiver.received) == 2
        assert len({signature for _, signature in receiver.received}) == len(secrets) == 2

    def test_stops_with_the_endpoint(self, processor, listen, receiver, drain, charge):
        processor.webhook_endpoints.delete(listen().id)
        processor.webhook_endpoints.update(listen().id, {"disabled": True})
        charge()
        drain()

        assert receiver.received == []


class TestRetry:
    def test_comes_again_until_it_is_taken(self, listen, receiver, processor):
        listen("customer.created")
        receiver.statuses = [500, 503]
        processor.customers.create()

        assert await_count(receiver, 3) == 3
        assert len({body for body, _ in receiver.received}) == 1

    def test_is_seen_among_the_deliveries(self, listen, receiver, control, drain, processor):
        control("POST", "webhooks", {"paused": True})
        listen("customer.created")
        receiver.statuses = [500]
        processor.customers.create()
        event = processor.events.list({"type": "customer.created"}).data[0]

        assert drain()["failed"] >= 1
        (delivery,) = control("GET", f"deliveries?event={event.id}")["data"]
        assert (delivery["state"], delivery["attempts"], delivery["answer"]) == ("pending", 1, "500")

    def test_may_be_asked_for(self, listen, receiver, control, drain, processor):
        listen("customer.created")
        processor.customers.create()
        drain()
        event = processor.events.list({"type": "customer.created"}).data[0]
        control("POST", f"events/{event.id}/deliveries")
        drain()

        assert len(receiver.received) == 2


class TestManner:
    def test_pauses_until_drained(self, listen, receiver, control, drain, charge):
        control("POST", "webhooks", {"paused": True})
        listen("charge.succeeded")
        charge()
        held_back = len(receiver.received)
        drain()

        assert (held_back, len(receiver.received)) == (0, 1)

    def test_duplicates(self, listen, receiver, control, drain, charge):
        control("POST", "webhooks", {"copies": 2})
        listen("charge.succeeded")
        charge()
        drain()

        assert [json.loads(body)["id"] for body, _ in receiver.received] == [
            json.loads(receiver.received[0][0])["id"]
        ] * 2

    def test_reverses(self, listen, receiver, control, drain, charge):
        control("POST", "webhooks", {"paused": True, "order": "reversed"})
        listen()
        charge()
        drain()

        assert receiver.types[:2] == ["payment_intent.succeeded", "charge.succeeded"]

    def test_refuses_an_order_it_does_not_know(self, control):
        assert "error" in control("POST", "webhooks", {"order": "alphabetical"})


class TestConnect:
    @pytest.fixture
    def connected(self, processor, connect):
        return connect(stripe_account=processor.accounts.create().id)

    def test_tells_the_platform_of_which_account(self, processor, connected, listen, receiver, drain):
        listen("customer.created", connect=True)
        customer = connected.customers.create()
        processor.customers.create()
        drain()

        (event,) = [json.loads(body) for body, _ in receiver.received]
        assert event["data"]["object"]["id"] == customer.id
        assert event["account"].startswith("acct_")

    def test_tells_the_account_itself(self, connected, listen, receiver, drain):
        listen("customer.created", by=connected)
        connected.customers.create()
        drain()

        assert "account" not in json.loads(receiver.received[0][0])


class TestEndpoint:
    def test_tells_its_secret_once(self, processor, listen):
        endpoint = listen()

        assert endpoint.secret.startswith("whsec_")
        assert "secret" not in processor.webhook_endpoints.retrieve(endpoint.id)

    @pytest.mark.parametrize("change", [{"url": "ftp://example.com"}, {"enabled_events": ["moon.rises"]}])
    def test_refuses_what_cannot_be(self, listen, change):
        with pytest.raises(stripe.InvalidRequestError):
            listen(**change)
