"""The test clock, as it looks with work to come and work done."""

import pytest

from tests.factories import plans, staff, subscriptions, tenants

VARIANTS = [("en", "light", 1280), ("en", "dark", 360), ("es", "light", 360), ("es", "dark", 1280)]


@pytest.mark.parametrize(("language", "theme", "width"), VARIANTS)
def test_the_clock_goes_a_month(app, tab, language, theme, width):
    agency = tenants.agency(slug="lumen", is_sandbox=True)
    subscriptions.subscription(tenants.sub_account(agency), plans.plan(agency))
    window = tab(staff.person(agency, locale=language), language=language, theme=theme, width=width)
    page = window.open("/a/lumen/test-clock")
    window.check(f"clock-still-{language}-{theme}-{width}")

    page.locator("main form button").nth(2).click()

    page.locator(".table").wait_for()
    window.check(f"clock-moved-{language}-{theme}-{width}")
