"""Subscriptions in the panel and the console, the rehearsal of a price and a move to it, as they look in use."""

from decimal import Decimal

import pytest

from agency.plans.rules.components import Component
from agency.staff.roles import Role
from tests.factories import plans, staff, subscriptions, tenants


@pytest.fixture
def agency(app):
    return tenants.agency(slug="lumen", is_sandbox=True)


@pytest.fixture
def clinic(agency):
    return tenants.sub_account(agency)


@pytest.fixture
def growth(agency):
    return plans.plan(agency, monthly=None, seats_included=3)


@pytest.fixture
def price(growth):
    plans.price(growth, plans.per_unit("12.00"), component=Component.SEAT)
    return plans.price(growth, plans.flat("97.00"))


@pytest.fixture
def row(agency, clinic, growth, price):
    """With something behind it and something ahead: a trial of another plan, more seats, a planned change."""
    subscriptions.subscription(clinic, plans.plan(agency, name="Reputation", monthly="49.00", trial_days=14))
    found = subscriptions.subscription(clinic, growth, seats=5)
    subscriptions.changed(found, seats=8)
    subscriptions.changed(found, seats=4, when="period_end")
    return found


def test_the_panel_tells_what_is_paid_and_what_happened(window, agency, clinic, row, language):
    seen = window(staff.person(agency, role=Role.OWNER, at=clinic, locale=language))
    base = f"/s/{clinic.public_id}/billing/subscriptions"
    for name, path in {"panel": "", "panel-history": "/history", "detail": f"/{row.public_id}"}.items():
        seen.open(base + path)
        seen.check(name)
    for dialog in ("pause", "cancel"):
        seen.open(f"{base}/{row.public_id}")
        seen.page.locator(f"[data-dialog-open={dialog}]").click()
        seen.check(dialog)


def test_a_change_is_shown_before_it_is_done(window, agency, clinic, row, language):
    seen = window(staff.person(agency, locale=language))
    page = seen.open(f"/a/lumen/sub-accounts/{clinic.public_id}/subscriptions/{row.public_id}/change")
    page.fill("[name=seats]", "12")
    page.locator("main form:has([name=seats]) button").last.click()

    page.locator("[name=confirmed]").wait_for()
    seen.check("change")
    seen.open(f"/a/lumen/sub-accounts/{clinic.public_id}/subscriptions/new")
    seen.check("new")
    seen.open("/a/lumen/")
    seen.check("overview")


def test_a_price_is_rehearsed_and_subscriptions_are_moved(window, agency, growth, price, language):
    for name in ("Clínica Sur", "Óptica Centro"):
        subscriptions.subscription(tenants.sub_account(agency, name=name), growth, seats=5)
    seen = window(staff.person(agency, locale=language))
    page = seen.open(f"/a/lumen/catalogue/prices/{price.public_id}/versions/new")
    page.fill("[name=unit_price]", str(Decimal("109.00")))
    page.locator("button[value=rehearse]").click()

    page.locator("#rehearsal table").wait_for()
    seen.check("rehearsal")
    dearer = plans.version(price, plans.flat("109.00"))
    seen.open(f"/a/lumen/catalogue/prices/{dearer.public_id}/moves/new?takes_effect=now")
    seen.check("move-now")
    page = seen.open(f"/a/lumen/catalogue/prices/{dearer.public_id}/moves/new")
    page.locator("main form button").last.click()

    page.locator("[data-dialog-open=undo]").wait_for()
    seen.check("moved")


def test_somebody_chooses_what_they_hear_of(window, agency, clinic, language):
    seen = window(staff.person(agency, role=Role.OWNER, at=clinic, locale=language))
    seen.open(f"/s/{clinic.public_id}/billing/notices")

    seen.check("notices")
