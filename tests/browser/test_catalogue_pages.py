"""The catalogue's pages and the price editor, as they look with something to sell."""

from decimal import Decimal

import pytest

from agency.foundation.money import Money
from agency.plans.rules.components import Component, Interval
from agency.plans.rules.terms import Model, PriceTerms, Tier
from tests.factories import plans, staff, tenants

# Each language, theme and width meets both of the others' values.
VARIANTS = [("en", "light", 1280), ("en", "dark", 360), ("es", "light", 360), ("es", "dark", 1280)]
VOLUME = PriceTerms(
    model=Model.VOLUME,
    currency="USD",
    tiers=(
        Tier(up_to=Decimal(1000), unit_price=Decimal("0.0120")),
        Tier(up_to=Decimal(10000), unit_price=Decimal("0.0090")),
        Tier(unit_price=Decimal("0.0060")),
    ),
)

variants = pytest.mark.parametrize(
    ("language", "theme", "width"), VARIANTS, ids=["-".join(map(str, variant)) for variant in VARIANTS]
)


@pytest.fixture
def agency(app):
    return tenants.agency(slug="lumen")


@pytest.fixture
def window(tab, agency, language, theme, width):
    """A window of the agency's owner; ``kept`` checks what it shows and keeps a picture of it."""
    found = tab(staff.person(agency, locale=language), language=language, theme=theme, width=width)
    found.kept = lambda name: found.check(f"catalogue-{name}-{language}-{theme}-{width}")
    return found


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


@variants
def test_an_empty_catalogue_says_what_to_do(window):
    for path in ("", "/resold-services", "/apps", "/coupons", "/taxes"):
        window.open(f"/a/lumen/catalogue{path}")
        window.kept(f"empty{path.replace('/', '-')}")


@variants
def test_the_lists(window, shelf):
    for path in ("", "/resold-services", "/meters", "/coupons"):
        window.open(f"/a/lumen/catalogue{path}")
        window.kept(f"list{path.replace('/', '-')}")


@variants
def test_a_product_and_its_prices(window, shelf):
    window.open(f"/a/lumen/catalogue/{shelf['plan'].public_id}")
    window.kept("plan")
    window.open(f"/a/lumen/catalogue/{shelf['plan'].public_id}/contents")
    window.kept("contents")
    window.open(f"/a/lumen/catalogue/prices/{shelf['volume'].public_id}")
    window.kept("volume")
    window.open(f"/a/lumen/catalogue/prices/{shelf['price'].public_id}")
    window.kept("price")


@variants
@pytest.mark.parametrize("path", ["new?kind=saas_plan", "meters/new", "coupons/new", "taxes/new"])
def test_a_form_and_its_refusal(window, path, shelf):
    window.open(f"/a/lumen/catalogue/{path}")
    window.kept(f"form-{path.split('?')[0].replace('/', '-')}")

    window.page.locator("main form button:not([type=button])").last.click()

    window.page.locator(".error-summary").wait_for()
    window.kept(f"refused-{path.split('?')[0].replace('/', '-')}")


@variants
def test_the_editor_answers_as_one_types(window, shelf):
    window.open(f"/a/lumen/catalogue/{shelf['service'].public_id}/prices/new?component=usage&model=volume")
    for name, text in {"0.up_to": "100", "0.unit_price": "0.50", "1.unit_price": "0.30"}.items():
        window.page.fill(f"[name='tiers.{name}']", text)
    window.page.fill("[name=quantity]", "101")

    window.page.locator("#outcome .callout-warning").wait_for()

    assert "30.30" in window.page.inner_text("#outcome") or "30,30" in window.page.inner_text("#outcome")
    window.kept("editor")
