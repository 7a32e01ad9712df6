import httpx
import pytest
import stripe

ALWAYS = "pm_card_authenticationRequired"
UNLESS_SET_UP = "pm_card_authenticationRequiredOnSetup"


@pytest.fixture
def set_up(processor, control, customer):
    """Save a card by a setup intent, with the cardholder's yes."""

    def set_up(token):
        intent = processor.setup_intents.create(
            {
                "customer": customer.id,
                "payment_method": token,
                "confirm": True,
                "allowed_payment_method_types": ["card"],
            }
        )
        assert intent.status == "requires_action"
        control("POST", f"intents/{intent.id}/authentication", {"outcome": "succeeded"})
        return processor.setup_intents.retrieve(intent.id).payment_method

    return set_up


class TestOffSession:
    @pytest.mark.parametrize("token", [ALWAYS, UNLESS_SET_UP, "pm_card_threeDSecure2Required"])
    def test_is_declined_as_authentication_required(self, charge, token):
        with pytest.raises(stripe.CardError) as declined:
            charge(token)

        error = declined.value.error
        assert (error.code, error.decline_code) == ("authentication_required", "authentication_required")
        assert error.payment_intent.status == "requires_payment_method"
        assert error.payment_intent.last_payment_error.payment_method.id == error.payment_method.id

    def test_passes_once_set_up(self, set_up, charge):
        assert charge(payment_method=set_up(UNLESS_SET_UP)).status == "succeeded"

    def test_is_asked_for_always_by_some_cards(self, set_up, charge):
        card = set_up(ALWAYS)

        with pytest.raises(stripe.CardError, match="requires authentication"):
            charge(payment_method=card)

    def test_is_not_asked_for_by_a_card_set_up_elsewhere(self, charge):
        assert charge("pm_card_authenticationRequiredSetupForOffSession").status == "succeeded"


class TestOnSession:
    def test_waits_for_the_cardholder_and_then_charges(self, processor, control, charge, happened):
        intent = charge(ALWAYS, off_session=False)
        control("POST", f"intents/{intent.id}/authentication", {"outcome": "succeeded"})

        assert (intent.status, intent.next_action.type) == ("requires_action", "use_stripe_sdk")
        assert processor.payment_intents.retrieve(intent.id).status == "succeeded"
        assert happened()[-3:] == ["payment_intent.requires_action", "charge.succeeded", "payment_intent.succeeded"]

    def test_fails_when_the_cardholder_says_no(self, processor, control, charge):
        intent = charge(ALWAYS, off_session=False)
        control("POST", f"intents/{intent.id}/authentication", {"outcome": "failed"})

        failed = processor.payment_intents.retrieve(intent.id)
        assert failed.status == "requires_payment_method"
        assert failed.last_payment_error.code == "payment_intent_authentication_failure"
        assert failed.latest_charge is None

    def test_may_still_be_declined_afterwards(self, processor, control, charge):
        intent = charge("pm_card_authenticationRequiredChargeDeclinedInsufficientFunds", off_session=False)
        control("POST", f"intents/{intent.id}/authentication", {"outcome": "succeeded"})

        assert processor.payment_intents.retrieve(intent.id).last_payment_error.decline_code == "insufficient_funds"

    def test_fails_at_once_when_asked_to(self, charge):
        with pytest.raises(stripe.CardError) as declined:
            charge(ALWAYS, off_session=False, error_on_requires_action=True)

        assert declined.value.code == "authentication_required"

    def test_leads_to_a_page_when_told_where_to_return(self, charge):
        intent = charge(ALWAYS, off_session=False, return_url="https://example.com/back")
        page = httpx.get(intent.next_action.redirect_to_url.url)

        assert page.status_code == 200
        assert intent.next_action.redirect_to_url.return_url == "https://example.com/back"

    def test_is_answered_once(self, control, charge):
        intent = charge(ALWAYS, off_session=False)
        control("POST", f"intents/{intent.id}/authentication", {"outcome": "succeeded"})
        again = control("POST", f"intents/{intent.id}/authentication", {"outcome": "succeeded"})

        assert again["error"]["code"] == "payment_intent_unexpected_state"


class TestChallenge:
    def test_takes_the_cardholders_own_secret_only(self, running, processor, charge):
        intent = charge(ALWAYS, off_session=False)
        forged = {"client_secret": f"{intent.id}_secret_guessed", "outcome": "succeeded"}
        answer = httpx.post(f"{running.url}/v3/authentications", json=forged)

        assert answer.status_code == 404
        assert processor.payment_intents.retrieve(intent.id).status == "requires_action"


class TestSetUp:
    def test_fails_when_the_cardholder_says_no(self, processor, control, customer):
        wish = {"customer": customer.id, "payment_method": ALWAYS, "allowed_payment_method_types": ["card"]}
        intent = processor.setup_intents.create(wish | {"confirm": True})
        control("POST", f"intents/{intent.id}/authentication", {"outcome": "failed"})

        failed = processor.setup_intents.retrieve(intent.id)
        assert failed.last_setup_error.code == "setup_intent_authentication_failure"
        assert processor.payment_methods.list({"customer": customer.id}).data == []
