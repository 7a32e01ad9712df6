"""An app for use and a client who has it: the app speaks over the API with its own key."""

import pytest

from tests.factories import marketplace, staff, tenants
from tests.marketplace.installs.calls import Calls


@pytest.fixture
def agency(app):
    return tenants.agency()


@pytest.fixture
def client_of_agency(agency):
    return tenants.sub_account(agency)


@pytest.fixture
def pages(agency, client_of_agency):
    """An app by use at two prices, one fixed and one dynamic, sold at 1.25 times its list."""
    listed = marketplace.listed(marketplace.usage(), marketplace.dynamic())
    marketplace.offered(agency, listed, markup="1.25")
    return listed


@pytest.fixture
def calls(app, agency, client_of_agency, pages):
    """The app at work for a client with 20 dollars."""
    marketplace.funded(client_of_agency, "20.00")
    row = marketplace.installed(client_of_agency, pages)
    return Calls(app.test_client(), row, staff.bearer(marketplace.key_of(row)))
