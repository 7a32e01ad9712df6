"""Stories over HTTP: an agency in a sandbox, its key, and the local Stripe."""

import pytest

from tests.factories import staff, tenants
from tests.scenarios.story import Story


@pytest.fixture(params=["en", "es"])
def language(request) -> str:
    """A story whose people read pages and letters is told in both."""
    return request.param


@pytest.fixture
def agency(app):
    return tenants.agency(is_sandbox=True)


@pytest.fixture
def story(app, agency, stripe, owner):
    client = tenants.sub_account(agency, email="pagos@dentalnorte.example")
    return Story(app.test_client(), staff.api_key(agency), client, stripe, owner)
