import pytest
import stripe

CARD_ONLY = {"allowed_payment_method_types": ["card"]}


@pytest.fixture
def intend(processor, customer):
    def intend(**wish):
        return processor.setup_intents.create({"customer": customer.id} | CARD_ONLY | wish)

    return intend


class TestConfirm:
    def test_attaches_the_card(self, processor, customer, intend, happened):
        intent = processor.setup_intents.confirm(intend().id, {"payment_method": "pm_card_visa"})

        assert (intent.status, intent.usage) == ("succeeded", "off_session")
        assert processor.payment_methods.retrieve(intent.payment_method).customer == customer.id
        assert happened()[-2:] == ["payment_method.attached", "setup_intent.succeeded"]

    def test_needs_a_method(self, processor, intend):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            processor.setup_intents.confirm(intend().id)

        assert refused.value.code == "setup_intent_unexpected_state"

    def test_happens_once(self, processor, intend):
        intent = intend(payment_method="pm_card_visa", confirm=True)

        with pytest.raises(stripe.InvalidRequestError, match="already succeeded") as refused:
            processor.setup_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})

        assert refused.value.error.setup_intent.id == intent.id

    def test_tries_again_after_a_decline(self, processor, intend):
        intent = intend()
        with pytest.raises(stripe.CardError):
            processor.setup_intents.confirm(intent.id, {"payment_method": "pm_card_visa_chargeDeclined"})

        assert processor.setup_intents.confirm(intent.id, {"payment_method": "pm_card_visa"}).status == "succeeded"


class TestCreate:
    def test_asks_for_a_return_url_when_methods_are_automatic(self, processor):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            processor.setup_intents.create({"payment_method": "pm_card_visa", "confirm": True})

        assert refused.value.param == "return_url"

    def test_waits_for_confirmation_with_a_method(self, intend):
        assert intend(payment_method="pm_card_visa").status == "requires_confirmation"


class TestCancel:
    def test_ends_it(self, processor, intend, happened):
        intent = processor.setup_intents.cancel(intend().id, {"cancellation_reason": "abandoned"})

        assert (intent.status, intent.cancellation_reason) == ("canceled", "abandoned")
        assert happened()[-1] == "setup_intent.canceled"

    def test_comes_too_late_after_success(self, processor, intend):
        intent = intend(payment_method="pm_card_visa", confirm=True)

        with pytest.raises(stripe.InvalidRequestError) as refused:
            processor.setup_intents.cancel(intent.id)

        assert refused.value.code == "setup_intent_unexpected_state"
