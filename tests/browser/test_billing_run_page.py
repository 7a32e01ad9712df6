"""The agency's page of its billing run, with a client whose billing failed."""

import pytest

from agency.foundation import clock
from agency.foundation.database.session import session
from agency.foundation.tenancy import scope
from subaccounts.billing_run.operations import running
from tests.factories import plans, staff, subscriptions, tenants


@pytest.fixture
def agency(app, owner):
    found = tenants.agency(slug="lumen")
    plan = plans.plan(found)
    subscriptions.subscription(tenants.sub_account(found, name="Dental Norte"), plan)
    owner.execute("UPDATE subscriptions SET time_zone = 'Nowhere/Land'")
    session.expunge_all()
    with scope.of_agency(found.id):
        running.run(clock.wall())
    for name in ("Clínica Sol", "Óptica Lux"):
        subscriptions.subscription(tenants.sub_account(found, name=name), plan)
    return found


def test_the_billing_run_is_kept_in_a_picture(window, agency, language):
    window(staff.person(agency, locale=language)).show({"failed": "/a/lumen/billing-run"})
