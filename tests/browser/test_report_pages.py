"""The reports, as they look over a quarter of two clients."""

from datetime import timedelta

import pytest

from agency.foundation.clock import wall
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from subaccounts.billing_run.operations.running import run
from tests.factories import plans, staff, subscriptions, tenants, wallet


@pytest.fixture
def lumen(app):
    """Two clients that subscribed two months ago; one pays more since last month and has a wallet."""
    lumen = tenants.agency(slug="lumen")
    began = wall() - timedelta(days=70)
    dental, cafe = tenants.sub_account(lumen), tenants.sub_account(lumen, name="Café Jacaranda")
    growth = plans.plan(lumen, monthly="297.00")
    subscriptions.subscription(dental, growth, now=began)
    other = subscriptions.subscription(cafe, plans.plan(lumen, name="Start", monthly="97.00"), now=began)
    with scope.of_agency(lumen.id):
        run(wall() - timedelta(days=35))
    subscriptions.canceled(other, now=wall() - timedelta(days=33))
    with scope.of_agency(lumen.id), transaction():
        wallet.topped_up(dental, "100.00", now=wall() - timedelta(days=3))
        wallet.spent(dental, "12.3456", now=wall() - timedelta(days=2))
    return lumen


def test_reports_look_right(window, lumen, language):
    ana = window(staff.person(lumen, locale=language))

    ana.show({report: f"/a/lumen/reports/{report}" for report in ("revenue", "margin", "wallets")})
