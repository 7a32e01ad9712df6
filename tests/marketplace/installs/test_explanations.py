"""Explain this charge: an app's event, price, limits and tax; its split is for the agency alone."""

import pytest

from tests.factories import marketplace, plans, staff


@pytest.fixture
def steps(calls, agency, client_of_agency):
    """What lies behind the newest line of the wallet, for the agency or for its client."""

    def explained(*, at=None):
        headers = staff.bearer(staff.api_key(agency, at=at))
        wallet = f"/api/v1/wallets/{client_of_agency.public_id}/transactions"
        newest = calls.client.get(wallet, headers=headers).json["data"][0]
        found = calls.client.get(f"{wallet}/{newest['id']}/explanation", headers=headers).json["data"]
        return {step["title"]: step["detail"] or (step["amount"] or {}).get("amount") for step in found}

    return explained


def test_an_agency_sees_who_shares_it(steps, calls, agency, pages):
    plans.tax(agency, percent="10", country="US")
    marketplace.offered(agency, pages, markup="1.25", daily_limit=marketplace.limit("5.00"))
    calls.charge("run-1", quantity="2")
    calls.charge("run-2", quantity="2")

    found = steps()

    assert found["Event run-2"] == "2 page"
    assert found["Price"] == "$0.625 per page"
    assert found["Daily limit"] == "$2.50 of $5.00 with this charge"
    assert (found["The app's charge"], found["Tax"]) == ("1.25", "0.125")
    shares = [found[f"{whose} share"] for whose in ("The publisher's", "Your", "The platform's")]
    assert shares == ["0.80", "0.40", "0.05"]


def test_a_client_sees_no_share(steps, calls, client_of_agency):
    calls.charge(meter="words", quantity="1", unit_price="2.00")

    found = steps(at=client_of_agency)

    assert found["Price"] == "$2.50 per text, named by the app within its bounds"
    assert not any("share" in title for title in found)


def test_a_capture_and_what_came_back_lead_to_the_same_charge(steps, calls):
    held = calls.hold(quantity="4")
    captured = calls.ask(f"/holds/{held['id']}/capture", {"quantity": "2"})
    assert "Event run-1" in steps()

    calls.refund(captured, amount={"amount": "0.25", "currency": "USD"})

    assert steps()["Given back by the app"] == "0.25"
