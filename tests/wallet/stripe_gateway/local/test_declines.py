import pytest
import stripe

from wallet.stripe_gateway.local.cards import BY_TOKEN

# Code and decline code by Stripe's documentation of its test cards.
DOCUMENTED = {
    "pm_card_visa_chargeDeclined": ("card_declined", "generic_decline"),
    "pm_card_visa_chargeDeclinedInsufficientFunds": ("card_declined", "insufficient_funds"),
    "pm_card_visa_chargeDeclinedLostCard": ("card_declined", "lost_card"),
    "pm_card_visa_chargeDeclinedStolenCard": ("card_declined", "stolen_card"),
    "pm_card_chargeDeclinedExpiredCard": ("expired_card", "expired_card"),
    "pm_card_chargeDeclinedIncorrectCvc": ("incorrect_cvc", "incorrect_cvc"),
    "pm_card_chargeDeclinedProcessingError": ("processing_error", "processing_error"),
    "pm_card_visa_chargeDeclinedVelocityLimitExceeded": ("card_declined", "card_velocity_exceeded"),
}


def type_card(token):
    return {
        "type": "card",
        "card": {"number": BY_TOKEN[token].number, "exp_month": 12, "exp_year": 2040, "cvc": "123"},
    }


@pytest.mark.parametrize(("token", "codes"), DOCUMENTED.items())
class TestDecline:
    def test_comes_when_charged(self, processor, token, codes):
        with pytest.raises(stripe.CardError) as declined:
            processor.payment_intents.create(
                {
                    "amount": 2500,
                    "currency": "usd",
                    "payment_method": token,
                    "confirm": True,
                    "allowed_payment_method_types": ["card"],
                }
            )

        error = declined.value.error
        assert (declined.value.http_status, error.code, error.decline_code) == (402, *codes)
        assert error.payment_intent.status == "requires_payment_method"
        assert error.doc_url.endswith(codes[0].replace("_", "-"))

    def test_comes_when_saved(self, processor, customer, token, codes):
        with pytest.raises(stripe.CardError) as declined:
            processor.payment_methods.attach(token, {"customer": customer.id})

        assert (declined.value.code, declined.value.error.decline_code) == codes
        assert processor.payment_methods.list({"customer": customer.id}).data == []

    def test_comes_by_setup_intent(self, processor, customer, token, codes):
        intent = processor.setup_intents.create(
            {
                "customer": customer.id,
                "allowed_payment_method_types": ["card"],
                "payment_method": processor.payment_methods.create(type_card(token)).id,
            }
        )

        with pytest.raises(stripe.CardError) as declined:
            processor.setup_intents.confirm(intent.id)

        assert (declined.value.code, declined.value.error.decline_code) == codes
        assert processor.setup_intents.retrieve(intent.id).last_setup_error.decline_code == codes[1]


class TestDeclinedCharge:
    def test_leaves_a_failed_charge_and_its_events(self, processor, charge, happened):
        with pytest.raises(stripe.CardError) as declined:
            charge("pm_card_chargeCustomerFail")

        failed = processor.charges.retrieve(declined.value.error.charge)
        assert (failed.status, failed.paid, failed.failure_code) == ("failed", False, "card_declined")
        assert failed.outcome.type == "issuer_declined"
        assert failed.balance_transaction is None
        assert happened()[-3:] == ["payment_intent.created", "charge.failed", "payment_intent.payment_failed"]

    def test_lets_the_intent_be_paid_by_another_card(self, processor, charge, save_card):
        with pytest.raises(stripe.CardError) as declined:
            charge("pm_card_chargeCustomerFail")

        intent = declined.value.error.payment_intent
        paid = processor.payment_intents.confirm(intent.id, {"payment_method": save_card(), "off_session": True})
        assert (paid.status, paid.last_payment_error) == ("succeeded", None)

    def test_is_blocked_before_the_network_when_it_looks_like_fraud(self, processor, charge):
        with pytest.raises(stripe.CardError) as declined:
            charge("pm_card_radarBlock")

        assert processor.charges.retrieve(declined.value.error.charge).outcome.type == "blocked"

    def test_meets_a_card_that_is_no_test_card(self, processor, customer):
        details = {"number": "4111111111111111", "exp_month": 12, "exp_year": 2040}
        method = processor.payment_methods.create({"type": "card", "card": details})

        with pytest.raises(stripe.CardError) as declined:
            processor.payment_methods.attach(method.id, {"customer": customer.id})

        assert declined.value.error.decline_code == "test_mode_live_card"


class TestStagedDecline:
    def test_strikes_a_good_card_so_many_times(self, control, save_card, charge):
        card = save_card()
        control("POST", f"payment_methods/{card}/decline", {"decline_code": "insufficient_funds", "times": 1})

        with pytest.raises(stripe.CardError) as declined:
            charge(payment_method=card)

        assert declined.value.error.decline_code == "insufficient_funds"
        assert charge(payment_method=card).status == "succeeded"

    def test_lasts_until_it_is_lifted(self, control, save_card, charge):
        card = save_card()
        control("POST", f"payment_methods/{card}/decline", {"decline_code": "expired_card"})
        for _ in range(2):
            with pytest.raises(stripe.CardError, match="expired"):
                charge(payment_method=card)
        control("POST", f"payment_methods/{card}/decline", {"decline_code": None})

        assert charge(payment_method=card).status == "succeeded"

    def test_refuses_a_code_nobody_knows(self, control, save_card):
        answer = control("POST", f"payment_methods/{save_card()}/decline", {"decline_code": "bad_mood"})

        assert answer["error"]["param"] == "decline_code"
