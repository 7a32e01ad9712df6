"""Stories over HTTP: an agency in a sandbox, its key, and the local Stripe."""

import pytest

from tests.factories import staff, tenants
from tests.scenarios.story import Story


@pytest.fixture
def story(app, stripe, owner):
    agency = tenants.agency(is_sandbox=True)
    client = tenants.sub_account(agency, email="pagos@dentalnorte.example")
    return Story(app.test_client(), staff.api_key(agency), client, stripe, owner)
