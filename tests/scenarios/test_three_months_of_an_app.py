"""An app at a client over three months: trial, plan change, a payment that fails and recovers, one that does not."""

from datetime import UTC, datetime

import pytest

from agency.foundation import ids
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.tenants import queries
from marketplace.installs.models.charges import AppCharge
from marketplace.installs.models.installs import Install
from marketplace.payouts import queries as payouts
from marketplace.payouts.operations import PayoutWish, record_payout
from tests.factories import marketplace, payments, staff
from tests.post import work
from tests.scenarios.story import usd
from wallet.charges.disputes import DisputeNews, note_dispute
from wallet.charges.models import DisputeState
from wallet.charges.queries import charge_of

pytestmark = pytest.mark.slow


class AppStory:
    """A client's app, its plans marked up by a quarter."""

    def __init__(self, story):
        self.story = story
        self.app = marketplace.listed(
            marketplace.plan("starter", "20.00", trial_days=14), marketplace.plan("pro", "40.00"), marketplace.usage()
        )
        agency_id = story.sub_account.agency_id
        with scope.of_agency(agency_id), transaction():
            self.plans = {code: marketplace.price_of(self.app.id, code).public_id for code in ("starter", "pro")}

    def install(self):
        body = {
            "sub_account_id": self.story.sub_account.public_id,
            "app_id": self.app.public_id,
            "permissions": list(self.app.permissions),
            "price_id": self.plans["starter"],
        }
        return self.story.call("POST", "/api/v1/installs", expect=201, body=body)

    def now(self, install):
        return self.story.call("GET", f"/api/v1/installs/{install['id']}")

    def until(self, month, day, hour=18):
        moment = datetime(2026, month, day, hour, tzinfo=UTC)
        self.story.wait(seconds=(moment - self.story.time).total_seconds())

    def subjects(self):
        return [subject for subject, _text in self.story.letters()]

    def brought(self):
        """What the client paid, and of it the publisher's, the agency's and the platform's part, in dollars."""
        with scope.of_agency(self.story.sub_account.agency_id), transaction():
            rows = session.query(AppCharge).order_by(AppCharge.id).all()
            names = ("amount_micros", "developer_micros", "agency_micros", "platform_micros")
            self.story.verify()
            return [sum(getattr(row, name) for row in rows) / 1_000_000 for name in names]

    def pay_out(self, amount):
        wish = PayoutWish(amount=Money.of(amount, "USD"), paid_on=self.story.time.date(), reference="WIRE-1")
        with scope.of_agency(self.app.publisher_id), transaction():
            record_payout(wish, by=OPERATOR, now=self.story.time)
        work(self.story.owner, "book_parts")

    def due(self):
        """What the publisher is due; the agency's books say the same."""
        with scope.of_agency(self.app.publisher_id), transaction():
            return payouts.accounts()[0].due.plain()

    def lose_dispute(self, payment):
        with scope.of_agency(self.story.sub_account.agency_id), transaction():
            charge = charge_of("payment", ids.decode("pay", payment["id"]))
            for state in (DisputeState.OPEN, DisputeState.LOST):
                news = DisputeNews(stripe_dispute="dp_1", amount=charge.amount, reason="fraudulent", state=state)
                note_dispute(charge, news, now=self.story.time)


@pytest.fixture
def told(story):
    found = AppStory(story)
    with scope.of_agency(story.sub_account.agency_id), transaction():
        home = queries.agency()
    marketplace.offered(home, found.app, markup="1.25")
    story.add_card()
    return found


def test_every_share_adds_up(told):
    story = told.story
    install = told.install()

    told.until(3, 14)
    assert told.subjects() == ["The trial of Página Lista ends on Mar 16, 2026"]
    assert told.brought() == [0, 0, 0, 0]

    told.until(3, 17)
    # Of 25.00 the list price is 20.00: 16.00, 3.00 and 1.00 of it, and the margin of 5.00 is the agency's.
    assert told.brought() == [25.0, 16.0, 8.0, 1.0]

    plan = {"price_id": told.plans["pro"]}
    changed = story.call("PUT", f"/api/v1/installs/{install['id']}/plan", body=plan)
    story.collect()
    assert changed["price_id"] == told.plans["pro"]
    paid, developer, agency, platform = told.brought()
    assert paid > 25
    assert (paid, developer) == (developer + agency + platform, pytest.approx(paid * 0.64, abs=0.01))

    card = story.rows_of_cards()[0]
    story.decline(card, "insufficient_funds", times=1)
    told.until(4, 16, hour=5)
    assert told.now(install)["state"] == "past_due"
    assert told.subjects()[-1] == "The payment for Página Lista failed"

    story.wait(hours=2)
    assert told.now(install)["state"] == "active"
    before = told.brought()

    story.decline(card, "insufficient_funds", times=99)
    told.until(5, 17)
    removed = told.now(install)
    assert (removed["state"], removed["why_removed"]) == ("removed", "unpaid")
    assert "Página Lista has ended" in told.subjects()
    # What was never paid is nobody's: all shares are as they were before.
    assert told.brought() == pytest.approx(before, abs=0.01)


def test_what_refunds_and_banks_take_back_is_carried_to_the_next_payout(told):
    story = told.story
    told.install()
    told.until(3, 17)
    told.pay_out("16.00")
    [payment] = story.call("GET", "/api/v1/payments")["data"]

    story.call(
        "POST", f"/api/v1/payments/{payment['id']}/refunds", expect=201, body={"amount": usd("10.00"), "reason": "Late"}
    )
    assert told.brought() == [15.0, 9.6, 4.8, 0.6]

    told.lose_dispute(payment)
    assert told.brought() == [0, 0, 0, 0]
    assert told.due() == "-16.00"

    told.until(4, 17)
    assert told.brought() == [25.0, 16.0, 8.0, 1.0]
    assert told.due() == "0.00"

    # Whoever pays the bill after all has it shared again.
    payments.recorded(story.sub_account, "25.00")
    assert told.brought() == [50.0, 32.0, 16.0, 2.0]
    assert told.due() == "16.00"


def test_usage_goes_on_beside_the_plan(told):
    story = told.story
    story.add_funds("30.00")
    story.collect()
    install = told.install()
    with scope.of_agency(story.sub_account.agency_id), transaction():
        row = session.get_one(Install, (story.sub_account.agency_id, ids.decode("ins", install["id"])))
    key = marketplace.key_of(row)
    own = {"event_id": "run-1", "meter": "pages", "quantity": "8"}

    charged = story.client.post(f"/api/v1/installs/{install['id']}/charges", json=own, headers=staff.bearer(key))

    assert charged.json["amount"] == usd("5.00")
    assert story.balance() == "25.00"
    assert told.brought() == [5.0, 3.2, 1.6, 0.2]
