import pytest
import stripe


class TestRefund:
    def test_returns_a_part_and_then_the_rest(self, processor, charge, happened):
        intent = charge()
        first = processor.refunds.create({"payment_intent": intent.id, "amount": 1000, "metadata": {"why": "half"}})
        second = processor.refunds.create({"charge": intent.latest_charge})

        paid = processor.charges.retrieve(intent.latest_charge)
        assert (first.status, first.amount, second.amount) == ("succeeded", 1000, 1500)
        assert (paid.amount_refunded, paid.refunded) == (2500, True)
        assert happened()[-4:] == ["refund.created", "charge.refunded"] * 2

    def test_takes_the_money_off_the_balance(self, processor, charge):
        refund = processor.refunds.create({"payment_intent": charge().id, "expand": ["balance_transaction"]})

        entry = refund.balance_transaction
        assert (entry.amount, entry.fee, entry.type, entry.source) == (-2500, 0, "refund", refund.id)

    @pytest.mark.parametrize("amount", [0, -1, 2501])
    def test_refuses_amounts_beyond_what_was_paid(self, processor, charge, amount):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            processor.refunds.create({"payment_intent": charge().id, "amount": amount})

        assert refused.value.param == "amount"

    def test_happens_once(self, processor, charge):
        intent = charge()
        processor.refunds.create({"payment_intent": intent.id})

        with pytest.raises(stripe.InvalidRequestError) as refused:
            processor.refunds.create({"payment_intent": intent.id})

        assert refused.value.code == "charge_already_refunded"

    def test_refuses_what_was_never_paid(self, processor):
        intent = processor.payment_intents.create({"amount": 1000, "currency": "usd"})

        with pytest.raises(stripe.InvalidRequestError, match="successful charge"):
            processor.refunds.create({"payment_intent": intent.id})

    def test_refuses_what_the_bank_has_taken_back(self, processor, charge):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            processor.refunds.create({"payment_intent": charge("pm_card_createDispute").id})

        assert refused.value.code == "charge_disputed"


class TestSettlement:
    def test_ends_a_pending_refund(self, processor, control, charge, happened):
        refund = processor.refunds.create({"payment_intent": charge("pm_card_pendingRefund").id})
        control("POST", f"refunds/{refund.id}/settlement", {"outcome": "succeeded"})

        assert refund.status == "pending"
        assert processor.refunds.retrieve(refund.id).status == "succeeded"
        assert happened()[-2:] == ["refund.updated", "charge.refund.updated"]

    def test_gives_the_money_back_to_the_balance_when_it_fails(self, processor, control, charge):
        intent = charge("pm_card_refundFail")
        refund = processor.refunds.create({"payment_intent": intent.id})
        control("POST", f"refunds/{refund.id}/settlement", {"outcome": "failed"})

        failed = processor.refunds.retrieve(refund.id, {"expand": ["failure_balance_transaction"]})
        assert (refund.status, failed.status) == ("succeeded", "failed")
        assert failed.failure_balance_transaction.amount == 2500
        assert processor.charges.retrieve(intent.latest_charge).amount_refunded == 0


class TestList:
    def test_finds_by_charge(self, processor, charge):
        intents = [charge(), charge()]
        for intent in intents:
            processor.refunds.create({"payment_intent": intent.id})

        found = processor.refunds.list({"charge": intents[0].latest_charge}).data
        assert [one.payment_intent for one in found] == [intents[0].id]
