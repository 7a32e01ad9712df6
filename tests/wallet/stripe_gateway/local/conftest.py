"""The real SDK against a started server; each test has an account of its own."""

import json
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
import stripe

from wallet.stripe_gateway.local import launch


@pytest.fixture(scope="session")
def running(tmp_path_factory):
    running = launch.start(tmp_path_factory.mktemp("stripe"))
    yield running
    running.process.stop()


@pytest.fixture
def key() -> str:
    return f"sk_test_{uuid.uuid4().hex}"


@pytest.fixture
def connect(running, key):
    """The SDK as it is, pointed at the local server."""

    def connect(own_key=key, *, url=running.url, **options):
        addresses = {"api": url}
        return stripe.StripeClient(own_key, base_addresses=addresses, max_network_retries=0, **options).v1

    return connect


@pytest.fixture
def processor(connect):
    return connect()


@pytest.fixture
def control(running):
    """`control("POST", "faults", {...})`: the answer's JSON, whatever its status."""
    with httpx.Client(base_url=f"{running.url}/_control/", timeout=30) as client:

        def ask(method, path, document=None):
            content = None if document is None else json.dumps(document)
            return client.request(method, path, content=content).json()

        yield ask
        ask("DELETE", "faults")
        ask("POST", "webhooks", {})
        ask("POST", "clock", {"time": None})


@pytest.fixture
def customer(processor):
    return processor.customers.create({"email": "ana@example.com"})


@pytest.fixture
def save_card(processor, customer):
    def save_card(method="pm_card_visa"):
        return processor.payment_methods.attach(method, {"customer": customer.id}).id

    return save_card


@pytest.fixture
def charge(processor, customer, save_card):
    """Charge a saved card as a recharge would: off-session, at once."""

    def charge(method="pm_card_visa", options=None, **wish):
        terms = {
            "amount": 2500,
            "currency": "usd",
            "customer": customer.id,
            "confirm": True,
            "off_session": True,
            "allowed_payment_method_types": ["card"],
        }
        if "payment_method" not in wish:
            wish["payment_method"] = save_card(method)
        return processor.payment_intents.create(terms | wish, options)

    return charge


@pytest.fixture
def happened(processor):
    """The account's events, the oldest first."""
    return lambda: [event.type for event in processor.events.list({"limit": 100}).data][::-1]


class Receiver(ThreadingHTTPServer):
    """A webhook endpoint that keeps what it got and answers what it is told."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Reception)
        self.received = []
        self.statuses = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/hook"

    @property
    def types(self):
        return [json.loads(body)["type"] for body, _ in self.received]


class Reception(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.received.append((body, self.headers["Stripe-Signature"]))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver():
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()
