from contextlib import contextmanager
from datetime import timedelta

import pytest

from agency.foundation import clock
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from agency.staff.roles import Role
from tests.factories import staff, tenants


@pytest.fixture
def now():
    return clock.now()


@pytest.fixture
def agency(app, now):
    return tenants.agency(now=now - timedelta(days=100))


@pytest.fixture
def client_account(agency, now):
    return tenants.sub_account(agency, now=now - timedelta(days=100))


@pytest.fixture
def inside(agency):
    """Enters a block in which rows of the agency are made and kept."""

    @contextmanager
    def enter():
        with scope.of_agency(agency.id), transaction():
            yield

    return enter


@pytest.fixture
def visitor(app, agency, client_account):
    """``visitor(Role.VIEWER)``: a browser signed in to the panel; ``at=None``: to the console."""

    def sign_in(role, *, at=client_account, locale="en"):
        person = staff.person(agency, email=f"{role}@{at and at.name}.example", role=role, at=at, locale=locale)
        return staff.signed_in(app, person)

    return sign_in


@pytest.fixture
def owner_of_panel(visitor):
    return visitor(Role.OWNER)


@pytest.fixture
def staff_member(visitor):
    return visitor(Role.BILLING, at=None)


@pytest.fixture
def panel(client_account):
    return f"/s/{client_account.public_id}/billing/wallet"


@pytest.fixture
def desk(agency, client_account):
    """The wallet's tab in the console."""
    return f"/a/{agency.slug}/sub-accounts/{client_account.public_id}/wallet"
