"""The wallet's pages as people see them, and funds added with the keyboard alone."""

from datetime import timedelta

import pytest

from agency.foundation import clock
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from tests.factories import cards, funds, staff, tenants, wallet
from wallet.credits.queries import wallet_of
from wallet.recharge.models import PauseReason
from wallet.recharge.operations.pauses import pause

DAY = timedelta(days=1)
OF_PANEL = {
    "overview": "",
    "wallet": "wallet",
    "transactions": "wallet/transactions",
    "credit": "wallet/credit",
    "reservations": "wallet/reservations",
    "recharge": "wallet/recharge",
    "recharge-rule": "wallet/recharge/rule",
    "recharge-simulation": "wallet/recharge/simulation",
    "receipts": "wallet/receipts",
    "add-funds": "wallet/add-funds",
}
OF_CONSOLE = {
    "wallet": "",
    "wallet-transactions": "/transactions",
    "wallet-recharge": "/recharge",
    "wallet-resume": "/recharge/resume",
    "wallet-grant": "/grant",
    "wallet-debit": "/debit",
    "wallet-refund": "/refund",
    "wallet-limits": "/limits",
}
OF_ALL = {"wallets-at-risk": "", "wallets-recharges": "/recharges", "wallets-defaults": "/defaults"}


def test_pages_of_the_panel_down_to_what_lies_behind_an_amount(window, carla, lived):
    reader = window(carla)
    reader.show({f"panel-{name}": f"/s/{lived.public_id}/billing/{page}" for name, page in OF_PANEL.items()})
    reader.open(f"/s/{lived.public_id}/billing/wallet/transactions?kind=added")

    reader.page.locator(".row-link").first.click()

    reader.page.locator("a[download]").wait_for()
    reader.check("panel-transaction")


def test_pages_of_the_console(window, agency, paused):
    ana, console = window(staff.person(agency, locale=None)), f"/a/{agency.slug}"
    wallet_page = f"{console}/sub-accounts/{paused.public_id}/wallet"

    ana.show({f"console-{name}": f"{wallet_page}{page}" for name, page in OF_CONSOLE.items()})
    ana.show({f"console-{name}": f"{console}/wallets{page}" for name, page in OF_ALL.items()})


def test_a_sub_account_is_closed_after_its_end_was_shown(window, agency, lived):
    ana = window(staff.person(agency, locale=None))
    address = f"/a/{agency.slug}/sub-accounts/{lived.public_id}/closure"
    page = ana.open(address)
    ana.check("console-closing")
    shown = page.locator("[name=returned]").input_value()

    page.fill("[name=reason]", "Moved to another city")
    page.locator("main form button").last.click()

    page.locator("[name=reason]").wait_for(state="detached")
    ana.check("console-closed")
    assert shown in page.locator("main table").inner_text().replace(",", ".")


def test_funds_are_added_with_the_keyboard_alone(tab, carla, lived, stripe):
    page = tab(carla).open(f"/s/{lived.public_id}/billing/wallet")
    charged = len(stripe.charged())

    page.locator("[data-dialog-open=add-funds]").focus()
    page.keyboard.press("Enter")
    page.get_by_role("radio", name="$25.00").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Continue").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Pay $50.00").focus()
    page.keyboard.press("Enter")

    page.get_by_text("$50.00 was added to your wallet.").wait_for()
    assert [charge["amount"] for charge in stripe.charged()][: -charged or None] == [5000]


def test_another_amount_is_typed_and_a_wrong_one_kept(tab, carla, lived):
    page = tab(carla).open(f"/s/{lived.public_id}/billing/wallet/add-funds")

    page.get_by_role("radio", name="Other").check()
    page.fill("[name=amount]", "2")
    page.get_by_role("button", name="Continue").click()

    assert page.locator("[name=amount]").input_value() == "2"
    assert "The least that can be added is" in page.locator("main").inner_text()


def test_funds_are_added_without_a_script(tab, carla, lived):
    page = tab(carla, scripts=False).open(f"/s/{lived.public_id}/billing/wallet")

    page.click("text=Add funds")
    page.click("main button:has-text('Continue')")
    page.click("main button:has-text('Pay')")

    assert "was added to your wallet." in page.locator("body").inner_text()


@pytest.fixture
def agency(app, stripe):
    return tenants.agency(now=clock.now() - 90 * DAY)


@pytest.fixture
def lived(agency):
    """A wallet with cards, a rule, thirty days of work, a reservation and a grant."""
    now = clock.now()
    opened = tenants.sub_account(agency, now=now - 90 * DAY)
    for behaviour in ("pm_card_visa", "pm_card_mastercard"):
        cards.card(opened, behaviour, now=now - 40 * DAY)
    funds.added(opened, "50.00", now=now - 40 * DAY)
    funds.rule(opened, now=now - 39 * DAY)
    with scope.of_agency(agency.id), transaction():
        wallet.granted(opened, "10.00", now=now - 35 * DAY, description="Welcome", expires_at=now + 20 * DAY)
        for day in range(30, 0, -1):
            wallet.spent(opened, "1.2782", now=now - day * DAY, description="154 text messages")
        wallet.held(opened, "2.40", now=now, description="Voice assistant")
    return opened


@pytest.fixture
def paused(agency, lived):
    """The same, given credit every month, with its recharge paused."""
    with scope.of_agency(agency.id), transaction():
        wallet.given_monthly(lived, "5.00", now=clock.now())
        pause(wallet_of(lived), PauseReason.DECLINED, now=clock.now())
    return lived


@pytest.fixture
def carla(agency, lived):
    """At the sub-account; her browser says her language."""
    return staff.person(agency, email="carla@dental.example", at=lived, locale=None)
