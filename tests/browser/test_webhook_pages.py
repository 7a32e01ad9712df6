"""Webhooks and the event log: as they look from nothing at all to an endpoint that was given up."""

import pytest

from agency.foundation.jobs.performance import perform
from tests.agency.webhooks.receiver import Receiver
from tests.factories import staff, tenants, webhooks

DEVELOPERS = "/a/lumen-studio/developers"


@pytest.fixture
def agency(app):
    return tenants.agency()


@pytest.fixture
def ana(window, agency, language):
    return window(staff.person(agency, locale=language))


@pytest.fixture
def failed(agency, owner):
    """An endpoint whose receiver is out of order: its address in the console, and its event's."""
    receiver = Receiver(status=410, answer=b"<h1>Out of order</h1>")
    server = receiver.start()
    endpoint, _secret = webhooks.endpoint(agency, receiver.url)
    shop = tenants.sub_account(agency)
    owner.execute("DELETE FROM jobs")  # Of its opening nobody is told.
    event = webhooks.event(agency, about=shop)
    for _round in ("handed out", "sent"):
        for row in owner.execute("SELECT agency_id, id FROM jobs WHERE state = 'waiting'").fetchall():
            perform(*map(str, row))
    server.shutdown()
    server.server_close()
    return f"/webhooks/{endpoint.public_id}", f"/events/{event.public_id}"


def test_adding_an_endpoint(ana):
    ana.show({"none": f"{DEVELOPERS}/webhooks"})
    ana.show({"no-events": f"{DEVELOPERS}/events"})

    ana.show({"new": f"{DEVELOPERS}/webhooks/new"})
    ana.page.fill("[name=url]", "nowhere")
    ana.page.locator("[value='wallet.recharged']").check()
    ana.page.locator("main form button").first.click()
    ana.check("refused")
    ana.page.fill("[name=url]", "https://hooks.example/in")
    ana.page.fill("[name=description]", "Contabilidad de la casa")
    ana.page.locator("main form button").first.click()
    ana.check("made")


def test_an_endpoint_that_was_given_up(ana, failed):
    endpoint, event = failed

    ana.show({"list": f"{DEVELOPERS}/webhooks"})
    ana.show({"endpoint": DEVELOPERS + endpoint})
    ana.page.locator("a[data-dialog-open=remove]").click()
    ana.check("remove")
    ana.show({"events": f"{DEVELOPERS}/events"})
    ana.show({"event": DEVELOPERS + event})


def test_a_secret_that_is_replaced(ana, agency):
    endpoint, _secret = webhooks.endpoint(agency)
    address = f"/webhooks/{endpoint.public_id}"
    ana.open(DEVELOPERS + address)

    ana.page.locator("a[data-dialog-open=replace-secret]").click()
    ana.check("replace")
    ana.page.locator("dialog[open] form button:not([value=cancel])").last.click()
    ana.page.get_by_text("whsec_").first.wait_for()

    ana.check("replaced")
    ana.show({"overlap": DEVELOPERS + address})
