from decimal import Decimal

import pytest

from tests.factories import marketplace, tenants
from tests.together import beside


class TestOfferingAnApp:
    @pytest.mark.parametrize("offered_before", [False, True])
    def test_twice_at_once_lets_the_second_hold(self, agency, listed, owner, offered_before):
        if offered_before:
            marketplace.offered(agency, listed, markup="1.5")

        with beside(agency.id, lambda: marketplace.offered(agency, listed, markup="1.2")):
            marketplace.offered(agency, listed, markup="1.5")

        assert owner.execute("SELECT markup FROM app_offers").fetchall() == [(Decimal("1.5"),)]


@pytest.fixture
def agency(app):
    return tenants.agency()


@pytest.fixture
def listed(app):
    return marketplace.listed(marketplace.plan())
