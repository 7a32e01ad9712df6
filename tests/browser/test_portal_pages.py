"""The customer portal from the first e-mail to *Paid*, as it looks on the way."""

import re

import pytest

from tests import post
from tests.factories import invoices, payments, portal, tenants
from tests.factories.portal import GUARDIAN

VARIANTS = [("en", "light", 1280), ("en", "dark", 360), ("es", "light", 360), ("es", "dark", 1280)]
variants = pytest.mark.parametrize(
    ("language", "theme", "width"), VARIANTS, ids=["-".join(map(str, variant)) for variant in VARIANTS]
)
PAYS = "4242424242424242"
IS_REFUSED = "4000000000000002"
ASKS_ITS_BANK = "4000002760003184"


@pytest.fixture
def clinic(app, stripe, language):
    found = tenants.sub_account(tenants.agency(), name="Olive Branch Clinic", locale=language, email="hi@olive.example")
    payments.receives(found)
    return found


@pytest.fixture
def jamie(clinic):
    found = invoices.customer(clinic, name="Jamie Appleseed")
    for _month in range(7):
        invoices.invoice(found)
    payments.recorded(found, "160.00")
    return found


@pytest.fixture
def window(tab, language, theme, width):
    found = tab(None, language=language, theme=theme, width=width)
    found.kept = lambda name: found.check(f"portal-{name}-{language}-{theme}-{width}")
    return found


def press(window, selector="main form button:not([type=button])"):
    window.page.locator(selector).first.click()
    window.page.wait_for_load_state("load")


def mailed(owner):
    post.work(owner, "send_portal_link")
    return post.link(owner, GUARDIAN)


def type_card(window, number):
    window.page.locator("[data-card-save]:enabled").wait_for()
    form = window.page.frame_locator("[data-card-place] iframe")
    for name, text in {"number": number, "expiry": "12/34", "cvc": "123"}.items():
        form.locator(f"[name={name}]").fill("")
        form.locator(f"[name={name}]").press_sequentially(text)


@variants
def test_from_the_first_mail_to_paid(window, owner, clinic, jamie):
    portal.granted(jamie)
    window.open(mailed(owner))
    window.kept("welcome")
    press(window)
    window.kept("billing")
    window.page.locator("a[href*='/pay']").first.click()
    window.page.locator("[data-card-save]:enabled").wait_for()
    window.kept("pay")

    type_card(window, IS_REFUSED)
    window.page.locator("[data-card-save]").click()
    window.page.locator("[data-card-error]:not([hidden])").wait_for()
    window.complaints.clear()  # Chromium notes the 402 of a refusal.
    window.kept("pay-refused")
    type_card(window, PAYS)
    window.page.locator("[name=keep]").check()
    window.page.locator("[data-card-save]").click()
    window.page.wait_for_url(re.compile("/payments/"))
    window.kept("paid")

    window.page.locator(".rail-link[href*='/history']").first.evaluate("link => link.click()")
    window.page.wait_for_url(re.compile("/history"))
    window.kept("history")
    window.open(window.page.url.replace("/history", "/cards"))
    window.kept("cards")
    assert "4242" in window.page.locator(".bank-card").inner_text()
    assert owner.execute("SELECT count(*) FROM invoices WHERE state = 'open'").fetchone() == (0,)


@variants
def test_the_way_in_and_the_other_pages(window, owner, clinic, jamie):
    portal.granted(jamie)
    portal.granted(invoices.customer(clinic, name="Chris Burmah"))
    address = f"/p/{portal.slug(clinic)}"
    for name in ("", "sign-in", "new-client"):
        window.open(f"{address}/{name}")
        window.kept(f"entry-{name or 'door'}")
    window.open(f"{address}/sign-in")
    window.page.fill("[name=email]", GUARDIAN)
    press(window)
    window.kept("check-email")
    link = mailed(owner)
    window.open(link)
    press(window)
    window.kept("profiles")
    window.open(link)
    window.complaints.clear()  # Chromium notes the status of a page that is over, 410.
    window.kept("link-over")
    for name in ("", "/email", "/sign-ins"):
        window.open(f"{address}/account{name}")
        window.kept(f"account{name.replace('/', '-')}")
    window.open(f"{address}/{jamie.public_id}/invoices")
    window.kept("invoices")
    window.page.locator(".row-link").first.click()
    window.page.wait_for_load_state("load")
    window.kept("invoice")
    window.open(f"{address}/{jamie.public_id}/balance")
    window.kept("balance")


@pytest.mark.parametrize(("language", "theme", "width"), VARIANTS[:1])
def test_a_bank_that_asks_is_answered_inside(window, owner, jamie):
    portal.granted(jamie)
    window.open(mailed(owner))
    press(window)
    window.open(f"{window.page.url.rsplit('/', 1)[0]}/pay")
    type_card(window, ASKS_ITS_BANK)
    window.page.locator("[data-card-save]").click()

    for _question in range(2):
        window.page.wait_for_timeout(1500)
        if "/payments/" in window.page.url and "confirmation" not in window.page.url:
            break
        if "confirmation" in window.page.url:
            press(window)
        window.page.frame_locator("dialog iframe").get_by_role("button").first.click()
    window.page.wait_for_url(re.compile(r"/payments/pay_\w+$"))

    assert owner.execute("SELECT state FROM payments WHERE method = 'card'").fetchone() == ("settled",)


def reach(page, words):
    """Tab on until what is focused says the words, as somebody without a mouse does."""
    for _step in range(60):
        page.keyboard.press("Tab")
        if words in page.evaluate("document.activeElement.innerText || ''"):
            return
    pytest.fail(f"{words} cannot be reached by keyboard")


@pytest.mark.parametrize(("language", "theme", "width"), VARIANTS[:1])
def test_the_same_by_keyboard_alone(window, owner, jamie):
    portal.granted(jamie)
    payments.card(jamie)
    page = window.open(mailed(owner))

    for words in ("Sign in", "Pay now", "Pay $610.00"):
        reach(page, words)
        with page.expect_navigation(wait_until="load"):
            page.keyboard.press("Enter")

    assert "Thank you" in page.inner_text("main")
