"""Top-ups, refunds, receipts and terms over HTTP."""

import pytest

from agency.foundation import ids
from tests.factories import cards, funds, staff
from tests.scenarios.story import Story, usd

KEY = {"Idempotency-Key": "once"}


class TestATopUp:
    def test_it_is_answered_when_the_money_has_settled(self, story):
        added = story.add_funds("40.00")

        assert (added["state"], added["amount"], added["paid_owed"]) == ("settled", usd("40.00"), usd("0.00"))
        assert story.get(f"/top-ups/{added['id']}") == added
        assert story.balance() == "65.00"

    def test_the_same_key_charges_once_and_answers_alike(self, story):
        first = story.add_funds("40.00", **KEY)

        again = story.add_funds("40.00", **KEY)

        assert again == first
        assert story.charged() == [2500, 4000]

    def test_the_same_key_with_another_amount_is_refused(self, story):
        story.add_funds("40.00", **KEY)

        story.add_funds("50.00", expect=409, **KEY)

        assert story.charged() == [2500, 4000]

    def test_a_request_cut_off_after_its_claim_goes_on_where_it_stopped(self, story, owner):
        first = story.add_funds("40.00", **KEY)
        owner.execute("UPDATE idempotency_keys SET status = 0, created_at = created_at - interval '2 minutes'")

        again = story.add_funds("40.00", **KEY)

        assert again["id"] == first["id"]
        assert story.charged() == [2500, 4000]

    def test_a_key_whose_answer_is_not_there_yet_says_so(self, story, owner):
        story.add_funds("40.00", **KEY)
        owner.execute("UPDATE idempotency_keys SET status = 0")

        story.add_funds("40.00", expect=409, **KEY)

    def test_a_decline_says_its_class_and_stays_readable(self, story):
        story.decline(story.rows_of_cards()[0], "insufficient_funds", times=1)

        refused = story.add_funds("40.00", expect=402, **KEY)

        assert refused["decline_class"] == "soft"
        assert story.get(f"/top-ups/{refused['top_up_id']}")["state"] == "declined"
        assert story.add_funds("40.00", expect=402, **KEY)["top_up_id"] == refused["top_up_id"]
        assert story.charged() == [2500]

    def test_a_lost_answer_is_processing_and_settles_later(self, story):
        story.stripe.fail("cut", when="after")

        added = story.add_funds("40.00")
        story.collect()

        assert added["state"] == "processing"
        assert story.get(f"/top-ups/{added['id']}")["state"] == "settled"
        assert story.charged() == [2500, 4000]

    def test_a_bank_that_asks_names_the_page_to_confirm_on(self, story, client):
        asking = cards.card(client, cards.ASKS_ITS_BANK)

        added = story.add_funds("40.00", card=asking.public_id)

        assert added["state"] == "needs_authentication"
        assert added["confirmation_url"].endswith(f"/billing/top-ups/{added['id']}/confirmation")

    @pytest.mark.parametrize("amount", ["0", "-5.00", "4.99", "12.345", "99999999999", 25.0])
    def test_an_amount_that_cannot_be_is_refused_at_its_field(self, story, amount):
        refused = story.add_funds(amount, expect=422)

        assert list(refused["errors"]) == ["amount"]

    def test_a_card_of_nobody_here_is_not_there(self, story):
        story.add_funds("40.00", card=ids.encode("crd", ids.new_id()), expect=404)


class TestARefund:
    def test_it_gives_back_what_is_unspent(self, story):
        made = story.refund("10.00")

        assert [part["state"] for part in made["parts"]] == ["settled"]
        assert story.get(f"/refunds/{made['id']}") == made
        assert story.balance() == "15.00"

    def test_the_same_key_gives_back_once(self, story):
        first = story.refund("10.00", **KEY)

        assert story.refund("10.00", **KEY) == first
        assert [refund["amount"] for refund in story.stripe.refunded()] == [1000]

    def test_more_than_is_unspent_is_refused(self, story):
        assert list(story.refund("25.01", expect=422)["errors"]) == ["amount"]

    def test_a_sub_accounts_own_key_may_not(self, story, client):
        story.headers = staff.bearer(staff.api_key(funds.agency_of(client), at=client))

        story.refund("10.00", expect=403)


class TestReceipts:
    def test_a_receipt_is_listed_and_comes_as_pdf(self, story):
        [receipt] = story.rows("/receipts")

        file = story.get(f"/receipts/{receipt['id']}/pdf")

        assert (receipt["kind"], receipt["amount"]) == ("payment", usd("25.00"))
        assert file.mimetype == "application/pdf"
        assert file.data.startswith(b"%PDF")


class TestTerms:
    def test_a_wallets_own_come_before_its_agencys(self, story):
        story.call("PATCH", "/api/v1/wallet-terms", body={"minimum": usd("20.00"), "receipts_mailed": True})

        changed = story.call("PATCH", f"{story.wallet}/terms", body={"minimum": usd("30.00")})

        assert (changed["minimum"], changed["receipts_mailed"]) == (usd("30.00"), True)
        story.add_funds("29.00", expect=422)

    def test_bounds_out_of_order_are_refused(self, story):
        story.call("PATCH", f"{story.wallet}/terms", expect=422, body={"minimum": usd("3000.00")})

        assert story.get("/terms")["minimum"] == usd("5.00")


@pytest.fixture
def story(client, app, stripe, owner):
    return Story(app.test_client(), staff.api_key(funds.agency_of(client)), client, stripe, owner)
