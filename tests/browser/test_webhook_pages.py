"""Webhooks and the event log: as they look from nothing at all to an endpoint that was given up."""

import pytest

from agency.foundation.jobs.performance import perform
from tests.agency.webhooks.receiver import Receiver
from tests.factories import staff, tenants, webhooks

# Each language, theme and width meets both of the others' values.
VARIANTS = [("en", "light", 1280), ("en", "dark", 360), ("es", "light", 360), ("es", "dark", 1280)]
DEVELOPERS = "/a/lumen-studio/developers"

variants = pytest.mark.parametrize(
    ("language", "theme", "width"), VARIANTS, ids=["-".join(map(str, variant)) for variant in VARIANTS]
)


@pytest.fixture
def agency(app):
    return tenants.agency()


@pytest.fixture
def window(tab, agency, language, theme, width):
    """Ana's window; ``kept`` opens an address, checks what it shows and keeps a picture of it."""
    ana = tab(staff.person(agency, locale=language), language=language, theme=theme, width=width)

    def kept(name, address=None):
        if address:
            ana.open(DEVELOPERS + address)
        ana.check(f"webhooks-{name}-{language}-{theme}-{width}")

    ana.kept = kept
    return ana


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


@variants
def test_adding_an_endpoint(window):
    window.kept("none", "/webhooks")
    window.kept("no-events", "/events")

    window.kept("new", "/webhooks/new")
    window.page.fill("[name=url]", "nowhere")
    window.page.locator("[value='wallet.recharged']").check()
    window.page.locator("main form button").first.click()
    window.kept("refused")
    window.page.fill("[name=url]", "https://hooks.example/in")
    window.page.fill("[name=description]", "Contabilidad de la casa")
    window.page.locator("main form button").first.click()
    window.kept("made")


@variants
def test_an_endpoint_that_was_given_up(window, failed):
    endpoint, event = failed

    window.kept("list", "/webhooks")
    window.kept("endpoint", endpoint)
    window.page.locator("a[data-dialog-open=remove]").click()
    window.kept("remove")
    window.kept("events", "/events")
    window.kept("event", event)


@pytest.mark.parametrize(("language", "theme", "width"), VARIANTS[1:3], ids=["en-dark-360", "es-light-360"])
def test_a_secret_that_is_replaced(window, agency):
    endpoint, _secret = webhooks.endpoint(agency)
    address = f"/webhooks/{endpoint.public_id}"
    window.open(DEVELOPERS + address)

    window.page.locator("a[data-dialog-open=replace-secret]").click()
    window.kept("replace")
    window.page.locator("dialog[open] form button:not([value=cancel])").last.click()
    window.page.get_by_text("whsec_").first.wait_for()

    window.kept("replaced")
    window.kept("overlap", address)
