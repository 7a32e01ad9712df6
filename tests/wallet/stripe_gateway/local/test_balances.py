class TestBalance:
    def test_is_the_sum_of_its_transactions(self, processor, charge):
        intent = charge()
        processor.refunds.create({"payment_intent": intent.id, "amount": 500})
        entries = processor.balance_transactions.list().data

        assert [entry.net for entry in entries] == [-500, 2397]
        assert processor.balance.retrieve().pending[0].amount == 1897

    def test_becomes_available_after_two_days(self, processor, control, charge):
        intent = charge()
        control("POST", "clock", {"time": intent.created + 2 * 24 * 3600 + 60})

        balance = processor.balance.retrieve()
        assert (balance.available[0].amount, balance.pending) == (2397, [])


class TestTransactions:
    def test_narrow_by_source_and_type(self, processor, charge):
        intents = [charge(), charge()]
        refund = processor.refunds.create({"payment_intent": intents[0].id})

        of_charge = processor.balance_transactions.list({"source": intents[1].latest_charge}).data
        of_refunds = processor.balance_transactions.list({"type": "refund"}).data
        assert [entry.amount for entry in of_charge] == [2500]
        assert [entry.source for entry in of_refunds] == [refund.id]
