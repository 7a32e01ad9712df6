import pytest

from tests.factories import plans, staff, tenants, usage


@pytest.fixture
def agency(app):
    """A sandbox whose clock stands at noon."""
    return tenants.agency(is_sandbox=True)


@pytest.fixture
def of(agency):
    return usage.funded(tenants.sub_account(agency))


@pytest.fixture
def product(agency):
    return plans.product(agency, name="SMS")


@pytest.fixture
def key(agency):
    return staff.api_key(agency)
