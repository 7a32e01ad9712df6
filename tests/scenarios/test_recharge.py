import pytest

from tests import browsing, post

pytestmark = pytest.mark.slow


class TestAWalletThatRefillsItself:
    def test_balance_history_receipt_and_log_tell_the_same_story(self, story):
        story.add_card()
        assert story.add_funds("25.00")["state"] == "settled"
        assert story.set_rule("25.00", "10.00")["state"] == "on"

        story.spend("10.00")
        story.spend("5.00")
        story.wait(minutes=1)

        assert story.balance() == "35.00"
        assert story.charged() == [2500, 2500]
        recharge = story.last_recharge()
        assert (recharge["state"], recharge["balance_before"]["amount"]) == ("settled", "10.00")
        assert [row["kind"] for row in story.rows("/transactions")] == ["top_up", "charge", "charge", "top_up"]
        assert story.rows("/transactions")[0]["id"] == recharge["transaction_id"]
        assert [row["amount"]["amount"] for row in story.rows("/receipts")] == ["25.00", "25.00"]
        assert story.decisions() == ["above_threshold", "fired", "above_threshold"]
        story.verify()


class TestACardThatDeclines:
    def test_it_is_told_tried_again_and_paused_until_another_card_comes(self, story):
        story.add_card()
        story.add_funds("25.00")
        dying = story.rows_of_cards()[0]
        story.set_rule("25.00", "10.00")
        story.decline(dying, "insufficient_funds", times=99)

        story.spend("20.00")
        story.wait(minutes=1)
        assert story.last_recharge()["state"] == "retrying"
        assert len(story.letters()) == 1
        story.wait(hours=8)
        assert story.last_recharge()["state"] == "declined"
        paused = story.get("/recharge-rule")
        assert (paused["state"], paused["pause"]["reason"]) == ("paused", "declined")
        assert [subject for subject, _text in story.letters()][1:] == ["Automatic recharge is paused"]

        story.wait(days=2)
        assert story.charged() == [2500]
        story.add_card("pm_card_mastercard")
        story.wait(minutes=1)

        assert story.get("/recharge-rule")["state"] == "on"
        assert story.balance() == "30.00"
        assert story.charged() == [2500, 2500]
        story.verify()


class TestABankThatAsks:
    def test_the_link_confirms_and_the_recharge_goes_on(self, story):
        story.add_card()
        story.add_funds("25.00")
        story.set_rule("25.00", "10.00")
        story.decline(story.rows_of_cards()[0], "authentication_required", times=1)

        story.spend("20.00")
        story.wait(minutes=1)
        assert story.last_recharge()["state"] == "needs_authentication"
        assert story.get("/recharge-rule")["state"] == "paused"
        link = post.link(story.owner, "pagos@dentalnorte.example")
        page = browsing.visit(story.client, link)
        assert "Confirm $25.00 with your bank" in page.text

        story.confirm()
        browsing.submit(story.client, link)

        assert "The payment is confirmed" in browsing.visit(story.client, link).text
        assert story.last_recharge()["state"] == "settled"
        assert story.get("/recharge-rule")["state"] == "on"
        assert story.balance() == "30.00"
        story.verify()

    def test_a_link_that_nobody_opens_ends_after_a_day(self, story):
        story.add_card()
        story.add_funds("25.00")
        story.set_rule("25.00", "10.00")
        story.decline(story.rows_of_cards()[0], "authentication_required", times=1)
        story.spend("20.00")
        story.wait(minutes=1)

        story.wait(hours=25)

        assert story.last_recharge()["state"] == "abandoned"
        assert story.get("/recharge-rule")["state"] == "paused"
        assert story.charged() == [2500]
        story.verify()
