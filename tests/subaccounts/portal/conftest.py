import pytest

from tests.factories import invoices, portal, staff, tenants


@pytest.fixture
def agency(app):
    return tenants.agency()


@pytest.fixture
def clinic(agency):
    return tenants.sub_account(agency)


@pytest.fixture
def address(clinic):
    return f"/p/{portal.slug(clinic)}"


@pytest.fixture
def lucia(clinic):
    """A customer whose billing her guardian may open."""
    return invoices.customer(clinic)


@pytest.fixture
def grant(lucia):
    return portal.granted(lucia)


@pytest.fixture
def marta(app, clinic, grant):
    """Her guardian's browser."""
    return portal.signed_in(app, grant, clinic)


@pytest.fixture
def dora(app, agency, clinic):
    """The clinic's owner, in her browser."""
    return staff.signed_in(app, staff.person(agency, email="dora@dental.example", at=clinic))
