"""Cards and billing information in the panel, and the account that receives: typed, refused, confirmed by the bank."""

import pytest

from tests.factories import cards, staff, tenants

VARIANTS = [("en", "light", 1280), ("en", "dark", 360), ("es", "light", 360), ("es", "dark", 1280)]
variants = pytest.mark.parametrize(
    ("language", "theme", "width"), VARIANTS, ids=["-".join(map(str, variant)) for variant in VARIANTS]
)
PAYS = "4242424242424242"
IS_REFUSED = "4000000000000002"
ASKS_ITS_BANK = "4000000000003220"


@variants
def test_the_list_of_cards(window, address, sub_account):
    ana = window()
    ana.open(address)
    ana.kept("payment-methods-empty")
    for behaviour in ("pm_card_visa", "pm_card_mastercard", "pm_card_amex"):
        cards.card(sub_account, behaviour)

    ana.open(address)
    ana.kept("payment-methods")
    ana.page.locator("[data-dialog-open]").first.click()
    ana.kept("payment-methods-removal")


@variants
def test_a_card_is_typed_refused_and_typed_again(window, address):
    ana = window()
    ana.open(f"{address}/new")
    form = card_form(ana)

    type_card(form, IS_REFUSED)
    ana.page.locator("[data-card-save]").click()
    ana.page.locator("[data-card-error]:not([hidden])").wait_for()
    # The processor's refusal is an answer with status 402, which browsers note in the console.
    ana.complaints.clear()
    ana.kept("add-card-refused")
    type_card(form, PAYS)
    ana.page.locator("[data-card-save]").click()
    ana.page.wait_for_url(f"**{address}")

    assert "4242" in ana.page.locator(".bank-card").inner_text()
    ana.kept("add-card-saved")


@pytest.mark.parametrize(("language", "theme", "width"), VARIANTS[:1])
def test_a_card_that_asks_its_bank_is_saved_after_the_answer(window, address):
    ana = window()
    ana.open(f"{address}/new")
    type_card(card_form(ana), ASKS_ITS_BANK)

    ana.page.locator("[data-card-save]").click()
    ana.page.frame_locator("dialog iframe").get_by_role("button").first.click()
    ana.page.wait_for_url(f"**{address}")

    assert "3220" in ana.page.locator(".bank-card").inner_text()


@variants
def test_billing_information(window, sub_account):
    ana = window()

    ana.open(f"/s/{sub_account.public_id}/billing/billing-information")
    ana.kept("billing-information")
    ana.page.fill("[name=postal_code]", "1")
    ana.page.locator("main form button").click()

    ana.kept("billing-information-refused")


@variants
def test_payments_processing(window, agency, sub_account):
    cards.card(sub_account)
    ana = window(at=None)

    ana.open(f"/a/{agency.slug}/settings/payments")

    ana.kept("payments-processing")
    ana.open(f"/a/{agency.slug}/settings/payments?account=acct_opened")
    ana.kept("payments-processing-back")


@pytest.mark.parametrize(("language", "theme", "width"), VARIANTS[2:3])
def test_payments_processing_of_a_sub_account(window, sub_account):
    ana = window()

    ana.open(f"/s/{sub_account.public_id}/billing/payments-processing")

    ana.kept("payments-processing-seller")


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
def window(tab, agency, sub_account, language, theme, width):  # noqa: PLR0917  # Fixtures come by their names.
    """A window of somebody at the sub-account, or with ``at=None`` at the agency."""

    def opened(*, at=sub_account):
        who = staff.person(agency, at=at, locale=language)
        found = tab(who, language=language, theme=theme, width=width)
        found.kept = lambda name: found.check(f"{name}-{language}-{theme}-{width}")
        return found

    return opened
