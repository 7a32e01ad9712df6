"""What the processor has yet to report arrives while a sandbox's clock is advanced, by its own webhooks."""

from datetime import timedelta

import pytest

from agency.foundation.due.advance import advance
from agency.foundation.tenancy import scope
from tests.factories import cards, funds, tenants
from tests.factories.tenants import NOON
from tests.faults.serving import free_address, served
from wallet.merchant_accounts import keys
from wallet.merchant_accounts.jobs import register_webhook

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("workers")]


@pytest.fixture
def client(app, stripe):
    opened = tenants.sub_account(tenants.agency(is_sandbox=True))
    cards.card(opened)
    funds.added(opened, "25.00")
    return opened


@pytest.fixture
def reporting(client, started, stripe, owner, monkeypatch):
    """The processor reports to a web process, but holds everything back until it is asked."""
    address = free_address()
    served(started, address)
    monkeypatch.setattr(
        keys, "webhook_address", lambda merchant: f"http://{address}/webhooks/stripe/{merchant.public_id}"
    )
    stripe.post("/webhooks", paused=True)
    [(merchant_id,)] = owner.execute("SELECT id FROM merchant_accounts").fetchall()
    with scope.of_agency(client.agency_id):
        register_webhook(merchant_account_id=str(merchant_id))


@pytest.mark.usefixtures("reporting")
def test_a_dispute_is_heard_of_before_the_clock_moves_on(client, stripe):
    [charge] = stripe.charged()
    dispute = stripe.post(f"/charges/{charge['id']}/dispute")
    stripe.post(f"/disputes/{dispute['id']}/closure", outcome="lost")

    with scope.of_agency(client.agency_id):
        advance(NOON + timedelta(minutes=1))

    assert funds.balance_of(client) == funds.dollars("0.00")
    funds.verified(client)
