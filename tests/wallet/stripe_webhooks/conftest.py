import pytest

from tests.factories import tenants
from tests.wallet.stripe_webhooks.inbox import Inbox, merchant_of


@pytest.fixture
def agency(app, stripe):
    return tenants.agency()


@pytest.fixture
def inbox(agency, client):
    return Inbox(client, merchant_of(agency))
