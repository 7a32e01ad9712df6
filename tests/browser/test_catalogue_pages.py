"""The catalogue's pages and the price editor, as they look with something to sell."""

from decimal import Decimal

import pytest

from agency.foundation.money import Money
from agency.plans.rules.components import Component, Interval
from agency.plans.rules.terms import Model, PriceTerms, Tier
from tests.factories import plans, staff, tenants

VOLUME = PriceTerms(
    model=Model.VOLUME,
    currency="USD",
    tiers=(
        Tier(up_to=Decimal(1000), unit_price=Decimal("0.0120")),
        Tier(up_to=Decimal(10000), unit_price=Decimal("0.0090")),
        Tier(unit_price=Decimal("0.0060")),
    ),
)


@pytest.fixture
def agency(app):
    return tenants.agency(slug="lumen")


@pytest.fixture
def ana(window, agency, language):
    return window(staff.person(agency, locale=language))


@pytest.fixture
def shelf(agency):
    """A plan, a resold service with versions and a client's own price, a coupon."""
    clinic = tenants.sub_account(agency)
    growth = plans.plan(
        agency,
        trial_days=14,
        seats_included=3,
        usage={"emails": Decimal(1000)},
        credits=Money.of("20", "USD"),
        credits_roll_over=True,
    )
    plans.price(growth, plans.flat("970.00"), interval=Interval.YEAR)
    plans.price(growth, plans.per_unit("12.00"), component=Component.SEAT)
    plans.price(growth, plans.flat("150.00"), component=Component.SETUP_FEE, interval=None)
    mail = plans.product(agency, description="Sent through our provider.")
    volume = plans.price(mail, VOLUME, meter="emails")
    dearer = plans.version(volume, plans.per_unit("0.0062", markup=Decimal("1.35"), included_units=Decimal(500)))
    plans.version(volume, plans.per_unit("0.0075"), sub_account=clinic)
    plans.coupon(agency, name="Welcome", redemptions_max=100)
    return {"plan": growth, "service": mail, "volume": volume, "price": dearer}


def test_an_empty_catalogue_says_what_to_do(ana):
    for path in ("", "/resold-services", "/apps", "/coupons", "/taxes"):
        ana.open(f"/a/lumen/catalogue{path}")
        ana.check(f"empty{path.replace('/', '-')}")


def test_the_lists(ana, shelf):
    for path in ("", "/resold-services", "/meters", "/coupons"):
        ana.open(f"/a/lumen/catalogue{path}")
        ana.check(f"list{path.replace('/', '-')}")


def test_a_product_and_its_prices(ana, shelf):
    ana.open(f"/a/lumen/catalogue/{shelf['plan'].public_id}")
    ana.check("plan")
    ana.open(f"/a/lumen/catalogue/{shelf['plan'].public_id}/contents")
    ana.check("contents")
    ana.open(f"/a/lumen/catalogue/prices/{shelf['volume'].public_id}")
    ana.check("volume")
    ana.open(f"/a/lumen/catalogue/prices/{shelf['price'].public_id}")
    ana.check("price")


def test_a_form_and_its_refusal(ana):
    for path in ("new?kind=saas_plan", "meters/new", "coupons/new", "taxes/new"):
        name = path.split("?")[0].replace("/", "-")
        ana.open(f"/a/lumen/catalogue/{path}")
        ana.check(f"form-{name}")

        ana.page.locator("main form button:not([type=button])").last.click()

        ana.page.locator(".error-summary").wait_for()
        ana.check(f"refused-{name}")


def test_the_editor_answers_as_one_types(ana, shelf):
    ana.open(f"/a/lumen/catalogue/{shelf['service'].public_id}/prices/new?component=usage&model=volume")
    for name, text in {"0.up_to": "100", "0.unit_price": "0.50", "1.unit_price": "0.30"}.items():
        ana.page.fill(f"[name='tiers.{name}']", text)
    ana.page.fill("[name=quantity]", "101")

    ana.page.locator("#outcome .callout-warning").wait_for()

    assert "30.30" in ana.page.inner_text("#outcome") or "30,30" in ana.page.inner_text("#outcome")
    ana.check("editor")
