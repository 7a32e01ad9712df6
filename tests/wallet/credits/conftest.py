import pytest

from agency.foundation import events
from agency.foundation.tenancy import scope
from tests.factories import tenants
from wallet.credits import events as told


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


@pytest.fixture
def heard():
    """Every event that the wallet told, in order."""
    kinds = [
        told.BalanceFell,
        told.WalletToppedUp,
        told.CreditGranted,
        told.CreditExpiring,
        told.CreditExpired,
        told.CapCrossed,
    ]
    found = []
    for kind in kinds:
        events.subscribe(kind, found.append)
    yield found
    for kind in kinds:
        events._handlers[kind].remove(found.append)
