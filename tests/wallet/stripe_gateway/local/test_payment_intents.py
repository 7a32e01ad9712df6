import pytest
import stripe


class TestCreate:
    def test_charges_a_saved_card(self, processor, charge, happened):
        intent = charge(metadata={"recharge": "rch_1"}, expand=["latest_charge.balance_transaction"])

        entry = intent.latest_charge.balance_transaction
        assert (intent.status, intent.amount_received, intent.metadata["recharge"]) == ("succeeded", 2500, "rch_1")
        assert (entry.amount, entry.fee, entry.net) == (2500, 103, 2397)
        assert happened()[-3:] == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"]

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"amount": 49}, "amount_too_small"),
            ({"amount": 100_000_000}, "amount_too_large"),
            ({"amount": -5}, "parameter_invalid_integer"),
            ({"amount": 49, "currency": "jpy"}, "amount_too_small"),
            ({"amount": 1005, "currency": "kwd"}, "invalid_amount"),
            ({"amount": 1050, "currency": "isk"}, "invalid_amount"),
        ],
    )
    def test_refuses_amounts_that_cannot_be_charged(self, charge, change, code):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            charge(**change)

        assert (refused.value.code, refused.value.param) == (code, "amount")

    def test_takes_zero_and_three_decimal_currencies_in_their_minor_unit(self, charge):
        assert charge(amount=50, currency="jpy").amount_received == 50
        assert charge(amount=1250, currency="KWD").currency == "kwd"

    def test_refuses_a_currency_nobody_knows(self, charge):
        with pytest.raises(stripe.InvalidRequestError, match="Invalid currency: xxx"):
            charge(currency="xxx")

    def test_leaves_nothing_behind_when_refused(self, processor, charge):
        with pytest.raises(stripe.InvalidRequestError):
            charge(payment_method="pm_unknown")

        assert processor.payment_intents.list().data == []

    def test_refuses_a_card_of_another_customer(self, processor, save_card, charge):
        other = processor.customers.create()

        with pytest.raises(stripe.InvalidRequestError, match="does not have a payment method"):
            charge(payment_method=save_card(), customer=other.id)

    def test_spends_a_card_that_nobody_keeps(self, processor, charge):
        details = {"number": "4242424242424242", "exp_month": 1, "exp_year": 2040}
        card = processor.payment_methods.create({"type": "card", "card": details}).id
        charge(payment_method=card)

        with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
            charge(payment_method=card)

    def test_keeps_the_card_for_later_when_asked_to(self, processor, customer, charge):
        intent = charge(payment_method="pm_card_visa", off_session=False, setup_future_usage="off_session")

        assert charge(payment_method=intent.payment_method).status == "succeeded"

    def test_takes_off_session_only_with_confirm(self, charge):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            charge(confirm=False)

        assert refused.value.param == "off_session"

    def test_says_what_it_does_not_serve(self, charge):
        with pytest.raises(stripe.InvalidRequestError, match="does not serve"):
            charge(application_fee_amount=100)


class TestConfirm:
    def test_happens_once(self, processor, charge):
        intent = charge()

        with pytest.raises(stripe.InvalidRequestError, match="already succeeded") as refused:
            processor.payment_intents.confirm(intent.id)

        assert refused.value.code == "payment_intent_unexpected_state"
        assert len(processor.charges.list({"payment_intent": intent.id}).data) == 1


class TestUpdate:
    def test_changes_the_amount_before_it_is_paid(self, processor):
        intent = processor.payment_intents.create({"amount": 1000, "currency": "usd"})

        assert processor.payment_intents.update(intent.id, {"amount": 1200}).amount == 1200

    def test_comes_too_late_afterwards(self, processor, charge):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            processor.payment_intents.update(charge().id, {"amount": 1200})

        assert refused.value.code == "payment_intent_unexpected_state"


class TestCapture:
    def test_takes_a_part_of_what_was_held(self, processor, charge, happened):
        held = charge(capture_method="manual")
        taken = processor.payment_intents.capture(held.id, {"amount_to_capture": 1000})

        assert (held.status, held.amount_capturable) == ("requires_capture", 2500)
        assert (taken.status, taken.amount_received) == ("succeeded", 1000)
        assert happened()[-2:] == ["charge.captured", "payment_intent.succeeded"]

    def test_takes_no_more_than_was_held(self, processor, charge):
        held = charge(capture_method="manual")

        with pytest.raises(stripe.InvalidRequestError, match="at most"):
            processor.payment_intents.capture(held.id, {"amount_to_capture": 2501})


class TestCancel:
    def test_ends_it_for_good(self, processor):
        intent = processor.payment_intents.create({"amount": 1000, "currency": "usd"})
        canceled = processor.payment_intents.cancel(intent.id)

        assert (canceled.status, canceled.canceled_at is None) == ("canceled", False)
        with pytest.raises(stripe.InvalidRequestError, match="status of canceled"):
            processor.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})

    def test_comes_too_late_after_success(self, processor, charge):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            processor.payment_intents.cancel(charge().id)

        assert refused.value.code == "payment_intent_unexpected_state"


class TestList:
    def test_finds_a_customers_intents_by_metadata(self, processor, customer, charge):
        wanted = charge(metadata={"attempt": "1"})
        charge(metadata={"attempt": "2"})

        found = processor.payment_intents.list({"customer": customer.id}).auto_paging_iter()
        assert [one.id for one in found if one.metadata["attempt"] == "1"] == [wanted.id]

    def test_narrows_by_time(self, processor, charge):
        intent = charge()

        assert processor.payment_intents.list({"created": {"gt": intent.created}}).data == []
        assert len(processor.payment_intents.list({"created": {"gte": intent.created}}).data) == 1


class TestSlowMethod:
    @pytest.fixture
    def processing(self, processor, charge):
        return charge("pm_usBankAccount_success", allowed_payment_method_types=["us_bank_account"])

    def test_stays_processing_until_it_settles(self, processor, control, processing, happened):
        control("POST", f"intents/{processing.id}/settlement", {"outcome": "succeeded"})

        assert processing.status == "processing"
        assert processor.payment_intents.retrieve(processing.id).status == "succeeded"
        assert happened()[-4:-2] == ["charge.pending", "payment_intent.processing"]

    def test_may_fail_in_the_end(self, processor, control, processing):
        control("POST", f"intents/{processing.id}/settlement", {"outcome": "failed"})

        failed = processor.payment_intents.retrieve(processing.id, {"expand": ["latest_charge"]})
        assert (failed.status, failed.latest_charge.status) == ("requires_payment_method", "failed")

    def test_cannot_be_canceled_meanwhile(self, processor, processing):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            processor.payment_intents.cancel(processing.id)

        assert refused.value.code == "payment_intent_unexpected_state"
