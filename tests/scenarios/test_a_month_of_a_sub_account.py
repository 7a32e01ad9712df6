"""The owner of a sub-account, over the pages of the panel alone: funds, a rule, a month of work, and receipts."""

import pytest

from agency.staff.roles import Role
from tests import browsing
from tests.factories import staff
from tests.factories.staff import PASSWORD

pytestmark = pytest.mark.slow
EMAIL = "carla@dentalnorte.example"
HIDDEN = ("preset", "amount", "payment_method", "request")
ADDED = {"en": "was added to your wallet", "es": "a tu cartera"}


@pytest.fixture
def carla(app, story, agency, language):
    """Her browser, after she typed her password."""
    staff.person(
        agency,
        email=EMAIL,
        name="Carla Solis",
        role=Role.OWNER,
        at=story.sub_account,
        locale=language,
        password=PASSWORD,
    )
    browser = app.test_client()
    browsing.submit(browser, "/sign-in", email=EMAIL, password=PASSWORD)
    return browser


def test_the_wallet_is_kept_filled_and_every_charge_has_its_receipt(story, carla, language):
    panel = f"/s/{story.sub_account.public_id}/billing"
    card = story.add_card()["id"]

    review = browsing.submit(carla, f"{panel}/wallet/add-funds", preset="50.00", payment_method=card).text
    sent = {name: browsing.hidden(review, name) for name in HIDDEN} | {"confirmed": "1"}
    added = browsing.submit(carla, f"{panel}/wallet/add-funds", **sent)
    assert ADDED[language] in browsing.visit(carla, added.location).text
    browsing.submit(
        carla,
        f"{panel}/wallet/recharge/rule",
        threshold="20.00",
        by="amount",
        amount="25.00",
        consented="1",
        confirm="1",
    )

    for _week in range(4):
        story.spend("12.50")
        story.wait(weeks=1)

    assert story.get("/recharge-rule")["state"] == "on"
    assert story.charged() == [2500, 5000]
    assert story.balance() == "25.00"
    history = browsing.visit(carla, f"{panel}/wallet/transactions").text.replace(",", ".")
    assert history.count("12.50") >= 4
    receipts = story.rows("/receipts")
    assert sorted(row["amount"]["amount"] for row in receipts) == ["25.00", "50.00"]
    paper = story.get(f"/receipts/{receipts[0]['id']}/pdf")
    assert paper.data.startswith(b"%PDF")
    story.verify()
