"""What later rooms ask the catalogue: what was sold at a moment, to whom, and what it included."""

from datetime import timedelta
from decimal import Decimal

import pytest

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from agency.plans import queries
from agency.plans.operations.plans import change_contents
from agency.plans.operations.price_archive import archive_price
from agency.plans.operations.taxes import TaxWish, add_tax
from tests.factories import plans, tenants
from tests.factories.tenants import NOON

DAY = timedelta(days=1)


@pytest.fixture
def price(agency):
    return plans.price(plans.product(agency))


@pytest.fixture(autouse=True)
def inside(agency):
    with scope.of_agency(agency.id):
        yield


def sold(price, at=NOON, to=None):
    with transaction():
        found = queries.price_in_force(price.line_id, at=at, sub_account_id=to.id if to else None)
        return found.terms.unit_price if found else None


class TestPriceInForce:
    def test_is_the_version_that_has_begun(self, price):
        plans.version(price, plans.flat("99"), effective_from=NOON + DAY)

        assert (sold(price, NOON - DAY), sold(price), sold(price, NOON + DAY)) == (None, 97, 99)

    def test_is_the_clients_own_where_there_is_one(self, price, agency):
        clinic, bakery = tenants.sub_account(agency), tenants.sub_account(agency, name="Bakery")
        plans.version(price, plans.flat("80"), sub_account=clinic)
        plans.version(price, plans.flat("99"))

        assert (sold(price, to=clinic), sold(price, to=bakery), sold(price)) == (80, 99, 99)

    def test_is_none_once_archived_but_was_before(self, price):
        with transaction():
            archive_price(queries.one(plans.Price, price.id), by=OPERATOR, now=NOON + DAY)

        assert (sold(price, NOON), sold(price, NOON + DAY)) == (97, None)

    def test_is_one_a_line_for_a_price_list(self, price, agency):
        plans.version(price, plans.flat("99"))
        product_id = price.product_id

        with transaction():
            listed = queries.prices_in_force([product_id], at=NOON)
            in_euros = queries.prices_in_force([product_id], at=NOON, currency="EUR")

        assert ([each.version for each in listed], list(in_euros)) == ([2], [])


class TestPlanContents:
    def test_are_those_of_the_moment(self, agency):
        plan = plans.plan(agency, trial_days=14, usage={"emails": Decimal(1000)})
        with transaction():
            change_contents(queries.plan(plan.id), {"trial_days": 7}, by=OPERATOR, now=NOON + DAY)

        with transaction():
            before, after = (queries.plan_contents(plan, at=at) for at in (NOON, NOON + DAY))
            assert queries.contents(before.id) is before

        assert (before.trial_days, after.trial_days) == (14, 7)
        assert after.usage == {"emails": Decimal(1000)}

    def test_are_none_of_what_is_no_plan(self, price):
        with transaction():
            assert queries.plan_contents(price.product, at=NOON) is None


class TestTaxesInForce:
    def rates(self, **place):
        with transaction():
            found = queries.taxes_in_force(queries.taxes_on("standard"), **({"region": None, "at": NOON + DAY} | place))
            return {tax.name: tax.percent for tax in found}

    def test_are_those_of_the_most_exact_place(self):
        with transaction():
            for name, percent, place in [
                ("Any", "5", {}),
                ("IVA", "21", {"country": "ES"}),
                ("IGIC", "7", {"country": "ES", "region": "Canarias"}),
            ]:
                add_tax(TaxWish(name=name, percent=Decimal(percent), **place), by=OPERATOR, now=NOON)

        assert self.rates(country="ES", region="Canarias") == {"IGIC": 7}
        assert self.rates(country="ES", region="Madrid") == {"IVA": 21}
        assert self.rates(country="MX") == {"Any": 5}

    def test_are_the_newest_that_hold(self):
        with transaction():
            for percent, begins in [("16", NOON), ("18", NOON + 2 * DAY)]:
                wish = TaxWish(name="IVA", percent=Decimal(percent), country="MX", effective_from=begins)
                add_tax(wish, by=OPERATOR, now=NOON)

        assert self.rates(country="MX") == {"IVA": 16}
        assert self.rates(country="MX", at=NOON + 2 * DAY) == {"IVA": 18}
