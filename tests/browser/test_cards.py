"""Cards and billing information in the panel, and the account that receives: typed, refused, confirmed by the bank."""

import pytest

from tests.factories import cards, staff, tenants

PAYS = "4242424242424242"
IS_REFUSED = "4000000000000002"
ASKS_ITS_BANK = "4000000000003220"


def test_the_list_of_cards(window, carla, address, sub_account):
    ana = window(carla)
    ana.open(address)
    ana.check("list-empty")
    for behaviour in ("pm_card_visa", "pm_card_mastercard", "pm_card_amex"):
        cards.card(sub_account, behaviour)

    ana.open(address)
    ana.check("list")
    ana.page.locator("[data-dialog-open]").first.click()
    ana.check("list-removal")


def test_a_card_is_typed_refused_and_typed_again(window, carla, address):
    ana = window(carla)
    ana.open(f"{address}/new")
    form = card_form(ana)

    type_card(form, IS_REFUSED)
    ana.page.locator("[data-card-save]").click()
    ana.page.locator("[data-card-error]:not([hidden])").wait_for()
    # The processor's refusal is an answer with status 402, which browsers note in the console.
    ana.complaints.clear()
    ana.check("add-card-refused")
    type_card(form, PAYS)
    ana.page.locator("[data-card-save]").click()
    ana.page.wait_for_url(f"**{address}")

    assert "4242" in ana.page.locator(".bank-card").inner_text()
    ana.check("add-card-saved")


def test_a_card_that_asks_its_bank_is_saved_after_the_answer(tab, carla, address):
    ana = tab(carla)
    ana.open(f"{address}/new")
    type_card(card_form(ana), ASKS_ITS_BANK)

    ana.page.locator("[data-card-save]").click()
    ana.page.frame_locator("dialog iframe").get_by_role("button").first.click()
    ana.page.wait_for_url(f"**{address}")

    assert "3220" in ana.page.locator(".bank-card").inner_text()


def test_billing_information(window, carla, sub_account):
    ana = window(carla)

    ana.open(f"/s/{sub_account.public_id}/billing/billing-information")
    ana.check("billing-information")
    ana.page.fill("[name=postal_code]", "1")
    ana.page.locator("main form button").click()

    ana.check("billing-information-refused")


def test_payments_processing(window, agency, sub_account, language):
    cards.card(sub_account)
    settings = f"/a/{agency.slug}/settings/payments"
    ana = window(staff.person(agency, locale=language))

    ana.show({"processing": settings, "processing-back": f"{settings}?account=acct_opened"})


def test_payments_processing_of_a_sub_account(window, carla, sub_account):
    window(carla).show({"processing-seller": f"/s/{sub_account.public_id}/billing/payments-processing"})


def card_form(window):
    window.page.locator("[data-card-save]:enabled").wait_for()
    return window.page.frame_locator("[data-card-place] iframe")


def type_card(form, number):
    for name, text in {"number": number, "expiry": "12/34", "cvc": "123"}.items():
        field = form.locator(f"[name={name}]")
        field.fill("")
        field.press_sequentially(text)


@pytest.fixture
def agency(app, stripe):
    return tenants.agency()


@pytest.fixture
def sub_account(agency):
    return tenants.sub_account(agency)


@pytest.fixture
def address(sub_account):
    return f"/s/{sub_account.public_id}/billing/payment-methods"


@pytest.fixture
def carla(agency, sub_account):
    """At the sub-account; her browser says her language."""
    return staff.person(agency, at=sub_account, locale=None)
