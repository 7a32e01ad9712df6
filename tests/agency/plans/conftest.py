import pytest

from tests.factories import staff, tenants


@pytest.fixture
def agency(app):
    return tenants.agency()


@pytest.fixture
def headers(agency):
    return staff.bearer(staff.api_key(agency))


@pytest.fixture
def post(client, headers):
    """``post("prices", {...})``: a program's request with every scope."""
    return lambda path, body: client.post(f"/api/v1/{path}", json=body, headers=headers)


@pytest.fixture
def patch(client, headers):
    return lambda path, body: client.patch(f"/api/v1/{path}", json=body, headers=headers)


@pytest.fixture
def read(client, headers):
    return lambda path: client.get(f"/api/v1/{path}", headers=headers)


@pytest.fixture
def browser(app, agency):
    """The agency's owner at the console."""
    return staff.signed_in(app, staff.person(agency))
