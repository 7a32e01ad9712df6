"""The page behind the link in the mail, and its twin in the panel: a person answers their bank."""

import pytest

from agency.foundation import clock
from tests import post
from tests.factories import cards, funds, staff, tenants

BANKS_FRAME = "dialog iframe"


def test_a_recharge_is_confirmed_from_the_mail(client, owner, window):
    payer = window()
    payer.open(post.link(owner, client.email))
    payer.check("asked")

    payer.page.locator("main button").click()
    answer_bank(payer, 0)
    payer.page.locator("main form").wait_for(state="detached")

    payer.check("confirmed")
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
