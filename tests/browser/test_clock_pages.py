"""The test clock, as it looks with work to come and work done."""

from tests.factories import plans, staff, subscriptions, tenants


def test_the_clock_goes_a_month(app, window, language):
    agency = tenants.agency(slug="lumen", is_sandbox=True)
    subscriptions.subscription(tenants.sub_account(agency), plans.plan(agency))
    ana = window(staff.person(agency, locale=language))
    page = ana.open("/a/lumen/test-clock")
    ana.check("still")

    page.locator("main form button").nth(2).click()

    page.locator(".table").wait_for()
    ana.check("moved")
