"""Who needs both an install and its subscription locks them in one order, so that nobody waits for ever."""

from concurrent.futures import ThreadPoolExecutor
from time import sleep

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from marketplace.installs.operations.removing import uninstall
from marketplace.installs.queries import install
from tests.factories import marketplace
from tests.factories.tenants import NOON


class TestUninstalling:
    def test_waits_for_the_subscription_before_it_takes_the_install(self, app, agency, client_of_agency, owner):
        listed = marketplace.listed(marketplace.plan(trial_days=14))
        marketplace.offered(agency, listed)
        row = marketplace.installed(client_of_agency, listed, "starter")

        with ThreadPoolExecutor(1) as pool, owner.transaction():
            owner.execute("SELECT FROM subscriptions FOR UPDATE")
            removed = pool.submit(uninstalled, app, row)
            while not (removed.done() or owner.execute("SELECT FROM pg_locks WHERE NOT granted").rowcount):
                sleep(0.01)
            owner.execute("SELECT FROM installs FOR UPDATE NOWAIT")

        assert removed.exception() is None


def uninstalled(app, row):
    """In a thread, which has a session of its own."""
    try:
        with app.app_context(), scope.of_agency(row.agency_id), transaction():
            uninstall(install(row.id), reason="", by=OPERATOR, now=NOON)
    finally:
        session.remove()
