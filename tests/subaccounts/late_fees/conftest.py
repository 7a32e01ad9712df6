from datetime import date
from decimal import Decimal

import pytest

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from subaccounts.late_fees.models import Repeats
from subaccounts.late_fees.operations import set_rule
from tests.factories import invoices
from tests.factories.tenants import NOON

DUE_ON = date(2026, 3, 16)
RULE = {"is_on": True, "fixed": None, "percent": Decimal("1.5"), "after_days": 7, "repeats": Repeats.ONCE}


@pytest.fixture
def rule(seller):
    """Sets the seller's rule; what is not said is 1.5 % once, a week after the due date."""

    def set_to(of=seller.id, **said):
        with scope.of_agency(seller.agency_id), transaction():
            return set_rule(of, RULE | said, by=OPERATOR, now=NOON)

    return set_to


@pytest.fixture
def bill(patient):
    return lambda amount="200.00", **more: invoices.invoice(
        patient, [invoices.line(amount, taxes=[])], **({"due_on": DUE_ON} | more)
    )
