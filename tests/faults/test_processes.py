"""kill -9 of a worker and of the web process in the middle of a charge: the others finish it, and it is made once."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.factories import funds, staff
from tests.faults.serving import eventually, free_address, served

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("workers")]
INTENTS = "/v1/payment_intents"
OPEN_JOBS = "SELECT count(*) FROM jobs WHERE state IN ('waiting', 'running') AND queue = 'money'"
OPEN_ATTEMPTS = "SELECT count(*) FROM charge_attempts WHERE ended_at IS NULL"


def test_a_killed_worker_leaves_its_recharge_to_another(client, started, stripe, owner):
    funds.rule(client, "25.00", threshold="10.00")
    stripe.fail("slow", when="after", seconds=3)
    worker = started("worker")

    funds.spent(client, "20.00")
    eventually(lambda: len(stripe.requests(INTENTS)) == 2)
    killed(worker, stripe, owner)
    started("worker")
    started("scheduler")
    eventually(lambda: quiet(owner))

    assert funds.recharges(client)[0].state == "settled"
    once(client, stripe, owner)


def test_a_killed_web_process_leaves_its_top_up_to_a_worker(client, started, stripe, owner):
    address = free_address()
    headers = staff.bearer(staff.api_key(funds.agency_of(client))) | {"Idempotency-Key": "once"}
    web = served(started, address)
    stripe.fail("slow", when="after", seconds=3)

    with ThreadPoolExecutor(1) as pool:
        cut_off = pool.submit(add_funds, address, client, headers)
        eventually(lambda: len(stripe.requests(INTENTS)) == 2)
        killed(web, stripe, owner)
        assert isinstance(cut_off.exception(), httpx.HTTPError)
    started("worker")
    started("scheduler")
    eventually(lambda: quiet(owner))
    served(started, address)
    again = add_funds(address, client, headers)

    assert (again.status_code, again.json().get("state")) == (201, "settled"), again.text
    once(client, stripe, owner)


def add_funds(address, client, headers):
    body = {"amount": {"amount": "25.00", "currency": "USD"}}
    path = f"http://{address}/api/v1/wallets/{client.public_id}/top-ups"
    return httpx.post(path, json=body, headers=headers, timeout=30)


def killed(process, stripe, owner):
    """Dead for so long that the processor has done its part, and that whatever it had claimed has passed on."""
    process.kill()
    process.wait()
    eventually(lambda: all(request["outcome"] != "received" for request in stripe.requests(INTENTS)))
    owner.execute("UPDATE charge_attempts SET lease_until = NULL, look_at = now() WHERE ended_at IS NULL")
    owner.execute("UPDATE jobs SET lease_until = now(), not_before = now() WHERE queue = 'money'")
    owner.execute("UPDATE idempotency_keys SET created_at = created_at - interval '1 minute'")


def quiet(owner):
    return owner.execute(OPEN_JOBS).fetchone() == owner.execute(OPEN_ATTEMPTS).fetchone() == (0,)


def once(client, stripe, owner):
    assert [charge["amount"] for charge in stripe.charged()] == [2500, 2500]
    assert funds.credited(owner) == [25_000_000, 25_000_000]
    funds.verified(client)
