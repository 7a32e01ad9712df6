import pytest

from agency.foundation.tenancy import scope
from tests.factories import tenants


@pytest.fixture
def agency(app):
    return tenants.agency()


@pytest.fixture
def sub_account(agency):
    return tenants.sub_account(agency)


@pytest.fixture
def of_agency(agency, sub_account):
    """Enters the agency's scope for the test."""
    with scope.of_agency(agency.id):
        yield agency
