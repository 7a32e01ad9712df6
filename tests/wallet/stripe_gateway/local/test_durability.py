import os
import signal

import httpx
import pytest

from wallet.stripe_gateway.local import launch


@pytest.fixture
def restartable(tmp_path):
    started = []

    def start():
        started.append(launch.start(tmp_path / "stripe"))
        return started[-1]

    yield start
    for running in started:
        running.process.stop()


@pytest.mark.slow
class TestKilledServer:
    def test_keeps_every_answer_it_gave(self, restartable, connect):
        running = restartable()
        processor = connect(url=running.url)
        intents = [
            processor.payment_intents.create(
                {
                    "amount": 1000,
                    "currency": "usd",
                    "payment_method": "pm_card_visa",
                    "confirm": True,
                    "allowed_payment_method_types": ["card"],
                },
                {"idempotency_key": f"attempt-{n}"},
            )
            for n in range(20)
        ]
        os.kill(running.process.pid, signal.SIGKILL)
        running.process.wait(10)

        again = connect(url=restartable().url)
        kept = {one.id: one.status for one in again.payment_intents.list({"limit": 100})}
        assert kept == {intent.id: "succeeded" for intent in intents}

    def test_replays_after_the_restart(self, restartable, connect):
        running = restartable()
        key = {"idempotency_key": "attempt-1"}
        first = connect(url=running.url).customers.create({"name": "Ana"}, key)
        os.kill(running.process.pid, signal.SIGKILL)
        running.process.wait(10)

        again = connect(url=restartable().url).customers.create({"name": "Ana"}, key)
        assert (again.id, again.last_response.headers["Idempotent-Replayed"]) == (first.id, "true")

    def test_delivers_what_was_waiting(self, restartable, connect, receiver):
        running = restartable()
        processor = connect(url=running.url)
        processor.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["customer.created"]})
        receiver.statuses = [500]
        processor.customers.create()
        os.kill(running.process.pid, signal.SIGKILL)
        running.process.wait(10)

        httpx.post(f"{restartable().url}/_control/webhooks/drain", timeout=30)
        assert receiver.types[-1] == "customer.created"
        assert len({body for body, _ in receiver.received}) == 1
