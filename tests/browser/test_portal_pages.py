"""The customer portal from the first e-mail to *Paid*, as it looks on the way."""

import re
from urllib.parse import urlsplit

import pytest

from agency.foundation.tenancy import scope
from agency.notices.stopping import stop_address
from subaccounts.customers.rules import Letter
from tests import post
from tests.factories import invoices, payments, portal, tenants
from tests.factories.portal import GUARDIAN

PAYS = "4242424242424242"
IS_REFUSED = "4000000000000002"
ASKS_ITS_BANK = "4000002760003184"


@pytest.fixture
def clinic(app, stripe):
    found = tenants.sub_account(tenants.agency(), name="Olive Branch Clinic", email="hi@olive.example")
    payments.receives(found)
    return found


@pytest.fixture
def jamie(clinic):
    found = invoices.customer(clinic, name="Jamie Appleseed")
    for _month in range(7):
        invoices.invoice(found)
    payments.recorded(found, "160.00")
    return found


def mailed(owner):
    post.work(owner, "send_portal_link")
    return post.link(owner, GUARDIAN)


def stop_page(customer):
    """The path in a letter about a new invoice."""
    with scope.of_agency(customer.agency_id):
        address = stop_address("letter", Letter.INVOICES, GUARDIAN, sub_account_id=customer.sub_account_id)
    return urlsplit(address).path


def type_card(payer, number):
    payer.page.locator("[data-card-save]:enabled").wait_for()
    form = payer.page.frame_locator("[data-card-place] iframe")
    for name, text in {"number": number, "expiry": "12/34", "cvc": "123"}.items():
        form.locator(f"[name={name}]").fill("")
        form.locator(f"[name={name}]").press_sequentially(text)


def test_from_the_first_mail_to_paid(window, owner, clinic, jamie):
    payer = window()
    portal.granted(jamie)
    payer.open(mailed(owner))
    payer.check("welcome")
    payer.press()
    payer.check("billing")
    payer.page.locator("a[href*='/pay']").first.click()
    payer.page.locator("[data-card-save]:enabled").wait_for()
    payer.check("pay")

    type_card(payer, IS_REFUSED)
    payer.page.locator("[data-card-save]").click()
    payer.page.locator("[data-card-error]:not([hidden])").wait_for()
    payer.complaints.clear()  # Chromium notes the 402 of a refusal.
    payer.check("pay-refused")
    type_card(payer, PAYS)
    payer.page.locator("[name=keep]").check()
    payer.page.locator("[data-card-save]").click()
    payer.page.wait_for_url(re.compile("/payments/"))
    payer.check("paid")

    payer.page.locator(".rail-link[href*='/history']").first.evaluate("link => link.click()")
    payer.page.wait_for_url(re.compile("/history"))
    payer.check("history")
    payer.open(payer.page.url.replace("/history", "/cards"))
    payer.check("cards")
    assert "4242" in payer.page.locator(".bank-card").inner_text()
    assert owner.execute("SELECT count(*) FROM invoices WHERE state = 'open'").fetchone() == (0,)


def test_the_way_in_and_the_other_pages(window, owner, clinic, jamie):
    payer = window()
    portal.granted(jamie)
    portal.granted(invoices.customer(clinic, name="Chris Burmah"))
    address = f"/p/{portal.slug(clinic)}"
    for name in ("", "sign-in", "new-client"):
        payer.open(f"{address}/{name}")
        payer.check(f"entry-{name or 'door'}")
    payer.open(f"{address}/sign-in")
    payer.page.fill("[name=email]", GUARDIAN)
    payer.press()
    payer.check("check-email")
    link = mailed(owner)
    payer.open(link)
    payer.press()
    payer.check("profiles")
    payer.open(link)
    payer.complaints.clear()  # Chromium notes the status of a page that is over, 410.
    payer.check("link-over")
    for name in ("", "/letters", "/email", "/sign-ins"):
        payer.open(f"{address}/account{name}")
        payer.check(f"account{name.replace('/', '-')}")
    payer.open(stop_page(jamie))
    payer.press()
    payer.check("letters-stopped")
    assert owner.execute("SELECT letter, email FROM refused_letters").fetchall() == [("invoices", GUARDIAN)]
    payer.press()
    payer.check("letters-again")
    assert owner.execute("SELECT letter, email FROM refused_letters").fetchall() == []
    payer.open(f"{address}/{jamie.public_id}/invoices")
    payer.check("invoices")
    payer.page.locator(".row-link").first.click()
    payer.page.wait_for_load_state("load")
    payer.check("invoice")
    payer.open(f"{address}/{jamie.public_id}/balance")
    payer.check("balance")


def test_a_bank_that_asks_is_answered_inside(tab, owner, jamie):
    payer = tab()
    portal.granted(jamie)
    payer.open(mailed(owner))
    payer.press()
    payer.open(f"{payer.page.url.rsplit('/', 1)[0]}/pay")
    type_card(payer, ASKS_ITS_BANK)
    payer.page.locator("[data-card-save]").click()

    banks_answer = payer.page.frame_locator("dialog iframe").get_by_role("button").first
    banks_answer.click()  # To the card.
    payer.page.wait_for_url(re.compile("/confirmation$"))
    payer.press()
    banks_answer.click()  # To the payment.
    payer.page.wait_for_url(re.compile(r"/payments/pay_\w+$"))

    assert owner.execute("SELECT state FROM payments WHERE method = 'card'").fetchone() == ("settled",)


def reach(page, words):
    """Tab on until what is focused says the words, as somebody without a mouse does."""
    for _step in range(60):
        page.keyboard.press("Tab")
        if words in page.evaluate("document.activeElement.innerText || ''"):
            return
    pytest.fail(f"{words} cannot be reached by keyboard")


def test_the_same_by_keyboard_alone(tab, owner, jamie):
    portal.granted(jamie)
    payments.card(jamie)
    page = tab().open(mailed(owner))

    for words in ("Sign in", "Pay now", "Pay $610.00"):
        reach(page, words)
        with page.expect_navigation(wait_until="load"):
            page.keyboard.press("Enter")

    assert "Thank you" in page.inner_text("main")
