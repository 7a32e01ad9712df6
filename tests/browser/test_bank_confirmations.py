"""The page behind the link in the mail, and its twin in the panel: a person answers their bank."""

import pytest

from agency.foundation import clock
from tests import post
from tests.factories import cards, funds, staff, tenants

VARIANTS = [("en", "light", 1280), ("en", "dark", 360), ("es", "light", 360), ("es", "dark", 1280)]
variants = pytest.mark.parametrize(
    ("language", "theme", "width"), VARIANTS, ids=["-".join(map(str, variant)) for variant in VARIANTS]
)
BANKS_FRAME = "dialog iframe"


@variants
def test_a_recharge_is_confirmed_from_the_mail(client, owner, window):
    window.open(post.link(owner, client.email))
    window.kept("recharge-confirmation")

    window.page.locator("main button").click()
    answer_bank(window, 0)
    window.page.locator("main form").wait_for(state="detached")

    window.kept("recharge-confirmed")
    assert funds.recharges(client)[0].state == "settled"


def test_a_refusal_by_the_bank_can_be_tried_again(tab, client, owner):
    window = tab()
    window.open(post.link(owner, client.email))

    window.page.locator("main button").click()
    answer_bank(window, 1)
    window.page.locator("[data-confirmation-refused]:not([hidden])").wait_for()

    assert window.page.locator("main button").is_enabled()
    assert funds.recharges(client)[0].state == "needs_authentication"


def test_funds_are_confirmed_in_the_panel(tab, client):
    asked = funds.requested(client, "40.00")
    funds.collected(client)
    window = tab(staff.person(funds.agency_of(client), at=client))
    window.open(f"/s/{client.public_id}/billing/top-ups/{asked.public_id}/confirmation")

    window.page.locator("main button").click()
    answer_bank(window, 0)
    window.page.get_by_text("added to the wallet").wait_for()

    assert funds.top_up_of(client, asked).state == "settled"


def answer_bank(window, button):
    """The first button confirms, the second refuses."""
    window.page.frame_locator(BANKS_FRAME).get_by_role("button").nth(button).click()


@pytest.fixture
def client(app, stripe):
    """A sub-account whose card asks its bank each time, and whose recharge waits for the answer."""
    opened = tenants.sub_account(tenants.agency(), email="pagos@dentalnorte.example")
    cards.card(opened, cards.ASKS_ITS_BANK)
    funds.rule(opened, "25.00", threshold="10.00", confirm=True, now=clock.wall())
    funds.collected(opened, now=clock.wall())
    return opened


@pytest.fixture
def window(tab, language, theme, width):
    """A window of somebody who only has the link."""
    found = tab(language=language, theme=theme, width=width)
    found.kept = lambda name: found.check(f"{name}-{language}-{theme}-{width}")
    return found
