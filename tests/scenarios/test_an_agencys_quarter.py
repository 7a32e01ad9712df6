"""An agency's quarter over HTTP alone: it sells, its client uses, it bills, is paid, gives back, reports."""

from datetime import timedelta

import pytest

from tests import browsing
from tests.factories import staff
from tests.scenarios.story import usd

pytestmark = pytest.mark.slow
PLAN = {"name": "Growth", "prices": [{"interval": "month", "model": "flat", "unit_price": "297.00"}]}
SERVICE = {"kind": "resold_service", "name": "Text messages"}
MESSAGES = {
    "interval": "month",
    "meter": "sms_segments",
    "model": "per_unit",
    "wholesale_cost": "0.01",
    "markup": "1.5",
}


def test_what_it_sold_is_billed_paid_and_reported(app, story, agency, language):
    plan = story.call("POST", "/api/v1/plans", expect=201, body=PLAN)
    service = story.call("POST", "/api/v1/products", expect=201, body=SERVICE)
    price = {"product_id": service["id"], "currency": "USD"} | MESSAGES
    story.call("POST", "/api/v1/prices", expect=201, body=price)
    story.add_card()
    story.add_funds("20.00")
    wish = {"sub_account_id": story.sub_account.public_id, "plan_id": plan["id"], "interval": "month"}
    subscription = story.call("POST", "/api/v1/subscriptions", expect=201, body=wish)

    for month in range(3):
        story.wait(days=30)
        story.call("POST", "/api/v1/usage/events", expect=202, body={"events": sent(story, month)})
    story.wait(hours=2)

    lines = story.call("GET", f"/api/v1/subscriptions/{subscription['id']}/history?limit=200")["data"]
    billed = [row["amount"]["amount"] for row in lines if row["amount"]]
    assert billed == ["297.00"] * 3
    assert story.charged() == [2000, 29700, 29700, 29700]
    # Three months of 200 messages at 0.015.
    assert story.balance() == "11.00"
    ana = staff.signed_in(app, staff.person(agency, locale=language))
    for page in ("", "reports/revenue", "reports/margin", "reports/wallets", "invoices", "billing-run"):
        shown = browsing.visit(ana, f"/a/{agency.slug}/{page}")
        assert shown.status_code == 200
        assert f'lang="{language}"' in shown.text
    wish = {"sub_account_id": story.sub_account.public_id, "kind": "account", "currency": "USD"}
    days = {"first_day": "2026-03-02", "last_day": story.time.date().isoformat()}
    statement = story.call("POST", "/api/v1/statements", expect=201, body=wish | days)["id"]
    told = browsing.visit(ana, f"/a/{agency.slug}/statements/{statement}/file.csv").text
    assert all(said in told for said in ("Invoice INV-00001", "Invoice INV-00003", "Payment (Visa 4242)"))
    story.refund("5.00")
    assert story.get()["balance"] == usd("6.00")
    story.verify()


def sent(story, month):
    """Two hundred messages, ten at a time, an hour apart."""
    return [
        {
            "id": f"sms-{month}-{number}",
            "sub_account_id": story.sub_account.public_id,
            "meter": "sms_segments",
            "quantity": "10",
            "occurred_at": (story.time - timedelta(hours=number)).isoformat(),
        }
        for number in range(20)
    ]
