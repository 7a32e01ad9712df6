"""What the database itself refuses: changed terms, another agency's rows, a client's look at the cost."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from threading import Barrier

import psycopg
import pytest
from psycopg import sql

from agency.foundation.database.addresses import for_driver
from agency.foundation.database.session import session, transaction
from agency.foundation.errors import NotFound
from agency.foundation.tenancy import scope
from agency.plans import queries
from agency.plans.models.prices import Price, PriceCost
from tests.factories import plans, staff, tenants

MUTABLE = {
    "prices": {"archived_at"},
    "price_costs": set(),
    "plan_contents": set(),
    "taxes": {"name", "archived_at"},
    "meters": {"name", "unit", "archived_at"},
    "coupon_redemptions": set(),
    "coupons": {
        "name",
        "redeem_by",
        "redemptions_max",
        "redemptions_per_sub_account",
        "redemptions",
        "archived_at",
    },
}


@pytest.fixture
def application(settings):
    with psycopg.connect(for_driver(settings.database_url)) as connection:
        yield connection
        connection.rollback()


@pytest.mark.parametrize("table", MUTABLE)
def test_the_application_changes_and_deletes_nothing_that_was_agreed(owner, table):
    columns = owner.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
        " AND has_column_privilege('cartera_application', attrelid, attnum, 'UPDATE')",
        (table,),
    ).fetchall()
    deletes = owner.execute("SELECT has_table_privilege('cartera_application', %s, 'DELETE')", (table,)).fetchone()

    assert {name for (name,) in columns} == MUTABLE[table]
    assert deletes == (False,)


@pytest.mark.parametrize("column", ["terms", "currency", "effective_from", "interval", "version", "product_id"])
def test_a_price_stays_as_it_was_sold(agency, application, column):
    plans.price(plans.product(agency))
    application.execute(sql.SQL("SET LOCAL app.agency_id = {}").format(sql.Literal(str(agency.id))))

    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        application.execute(sql.SQL("UPDATE prices SET {0} = {0}").format(sql.Identifier(column)))


class TestAClient:
    def test_sees_the_price_list_and_their_own_prices_alone(self, agency):
        clinic, bakery = (tenants.sub_account(agency, name=name) for name in ("Clinic", "Bakery"))
        price = plans.price(plans.product(agency))
        own, others = (plans.version(price, plans.flat("80"), sub_account=each) for each in (clinic, bakery))
        session.remove()

        with scope.of_agency(agency.id, sub_account_id=clinic.id), transaction():
            seen = {each.id for each in queries.prices().rows}
            assert queries.one(Price, own.id)
            with pytest.raises(NotFound):
                queries.one(Price, others.id)

        assert seen == {price.id, own.id}

    def test_never_sees_what_it_costs_the_agency(self, agency):
        clinic = tenants.sub_account(agency)
        price = plans.price(plans.product(agency), plans.flat("97", markup=plans.Decimal(2)))
        session.remove()

        with scope.of_agency(agency.id, sub_account_id=clinic.id), transaction():
            seen = queries.one(Price, price.id)
            costs = session.query(PriceCost).count()

        assert (seen.terms.markup, seen.terms.unit_price, costs) == (1, 194, 0)

    def test_cannot_open_the_catalogue(self, client, agency):
        key = staff.api_key(agency, at=tenants.sub_account(agency))

        assert client.get("/api/v1/prices", headers=staff.bearer(key)).status_code == 403


class TestAnotherAgency:
    @pytest.mark.parametrize("path", ["products", "plans", "prices", "coupons", "taxes"])
    def test_finds_nothing(self, client, agency, path):
        plans.price(plans.plan(agency), plans.flat("5"), name="Other")
        plans.coupon(agency)
        stranger = staff.bearer(staff.api_key(tenants.agency(name="Elsewhere")))

        assert client.get(f"/api/v1/{path}", headers=stranger).json["data"] == []

    def test_prices_no_product_of_ours(self, client, agency, read):
        product = plans.product(agency)
        stranger = staff.bearer(staff.api_key(tenants.agency(name="Elsewhere")))
        line = {"product_id": product.public_id, "interval": "month", "model": "flat", "unit_price": "1"}

        assert client.post("/api/v1/prices", json=line, headers=stranger).status_code == 404
        assert read("prices").json["data"] == []


def test_two_new_versions_at_once_come_one_after_the_other(app, agency):
    price = plans.price(plans.product(agency))
    barrier = Barrier(4)

    def add(amount):
        with app.app_context():
            barrier.wait()
            try:
                return plans.version(price, plans.flat(amount)).version
            finally:
                session.remove()

    with ThreadPoolExecutor(4) as pool:
        made = [each.result() for each in [pool.submit(Context().run, add, str(amount)) for amount in range(1, 5)]]

    assert sorted(made) == [2, 3, 4, 5]
