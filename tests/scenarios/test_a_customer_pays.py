"""A customer of a sub-account: from the welcome e-mail to *Paid*, over the portal alone."""

import re

import pytest

from tests import browsing, post
from tests.factories import cards

pytestmark = pytest.mark.slow
EMAIL = "marta@example.com"
KEYS = {"secret_key": "sk_test_cartera", "publishable_key": "pk_test_cartera"}
LINES = [{"description": "Check-up", "quantity": "2", "unit_price": "40.00"}]
HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')
THANKED = {"en": "Thank you", "es": "Gracias"}


@pytest.fixture
def customer(story, language):
    """Billed 80.00 by a clinic that takes cards, and let into its portal: the address of her billing."""
    clinic = story.sub_account.public_id
    story.call("PUT", f"/api/v1/sub-accounts/{clinic}/merchant-account", body=KEYS)
    wish = {"sub_account_id": clinic, "name": "Lucía Herrera", "email": "lucia@example.com", "locale": language}
    made = story.call("POST", "/api/v1/customers", expect=201, body=wish)["id"]
    draft = story.call("POST", "/api/v1/invoices", expect=201, body={"customer_id": made, "lines": LINES})["id"]
    story.call("PUT", f"/api/v1/invoices/{draft}/status", body={"status": "open"})
    access = f"/api/v1/customers/{made}/portal-access"
    story.call("POST", access, expect=201, body={"email": EMAIL, "name": "Marta Ruiz"})
    portal = story.call("GET", access)["portal_url"].partition("localhost")[2]
    return made, f"{portal.rstrip('/')}/{made}"


def test_the_link_in_the_mail_leads_to_paid(app, story, owner, customer, language):
    made, profile = customer
    marta = app.test_client()
    marta.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    post.work(owner, "send_portal_link")
    link = post.link(owner, EMAIL)
    browsing.submit(marta, link)
    assert "80.00" in browsing.visit(marta, f"{profile}/billing").text.replace(",", ".")

    form = dict(HIDDEN.findall(browsing.visit(marta, f"{profile}/pay?card=new").text)) | {"keep": "1"}
    form.pop("csrf_token")
    token = browsing.token(marta, f"{profile}/cards/new")
    setup = marta.post(f"{profile}/cards/setups?pays=1", headers={"X-CSRFToken": token}).json
    story.stripe.set_up(setup["client_secret"], cards.PAYS)
    paid = browsing.submit(marta, setup["completion_url"], page=f"{profile}/cards/new", **form)

    assert THANKED[language] in browsing.visit(marta, paid.location).text
    assert "4242" in browsing.visit(marta, f"{profile}/cards").text
    invoices = story.call("GET", f"/api/v1/invoices?customer_id={made}")["data"]
    assert [(row["status"], row["balance"]["amount"]) for row in invoices] == [("closed", "0.00")]
    assert len(post.letters(owner, EMAIL)) >= 1
    story.verify()
