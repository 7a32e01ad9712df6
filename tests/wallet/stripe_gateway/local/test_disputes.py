import pytest
import stripe


class TestOpen:
    def test_comes_by_itself_for_the_card_made_for_it(self, processor, charge, happened):
        intent = charge("pm_card_createDispute")
        (dispute,) = processor.disputes.list({"payment_intent": intent.id}).data

        assert (dispute.amount, dispute.reason, dispute.status) == (2500, "fraudulent", "needs_response")
        assert processor.charges.retrieve(intent.latest_charge).disputed
        assert happened()[-2:] == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]

    def test_takes_amount_and_fee_off_the_balance(self, processor, control, charge):
        intent = charge()
        wish = {"reason": "product_not_received", "amount": 1000}
        dispute = control("POST", f"charges/{intent.latest_charge}/dispute", wish)

        (entry,) = processor.disputes.retrieve(dispute["id"]).balance_transactions
        assert (entry.amount, entry.fee, entry.net, entry.type) == (-1000, 1500, -2500, "adjustment")

    def test_happens_once_a_charge(self, control, charge):
        intent = charge("pm_card_createDispute")
        answer = control("POST", f"charges/{intent.latest_charge}/dispute", {})

        assert answer["error"]["code"] == "charge_disputed"


class TestClose:
    @pytest.fixture
    def dispute(self, processor, charge):
        intent = charge("pm_card_createDispute")
        return processor.disputes.list({"charge": intent.latest_charge}).data[0]

    def test_won_returns_the_money(self, processor, control, dispute, happened):
        control("POST", f"disputes/{dispute.id}/closure", {"outcome": "won"})

        won = processor.disputes.retrieve(dispute.id)
        assert (won.status, [entry.amount for entry in won.balance_transactions]) == ("won", [-2500, 2500])
        assert happened()[-2:] == ["charge.dispute.closed", "charge.dispute.funds_reinstated"]

    def test_lost_keeps_it(self, processor, control, dispute, happened):
        control("POST", f"disputes/{dispute.id}/closure", {"outcome": "lost"})

        lost = processor.disputes.retrieve(dispute.id)
        assert (lost.status, len(lost.balance_transactions)) == ("lost", 1)
        assert happened()[-1] == "charge.dispute.closed"

    @pytest.mark.parametrize(("words", "status"), [("winning_evidence", "won"), ("losing_evidence", "lost")])
    def test_follows_the_evidence(self, processor, dispute, words, status):
        closed = processor.disputes.update(dispute.id, {"evidence": {"uncategorized_text": words}})

        assert closed.status == status

    def test_may_be_given_up(self, processor, dispute):
        assert processor.disputes.close(dispute.id).status == "lost"

    def test_happens_once(self, processor, dispute):
        processor.disputes.close(dispute.id)

        with pytest.raises(stripe.InvalidRequestError, match="already closed"):
            processor.disputes.close(dispute.id)
