from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

KEY = {"idempotency_key": "attempt-1"}
DAY = 24 * 3600


class TestReplay:
    def test_gives_the_first_answer_and_charges_once(self, processor, save_card, charge):
        card = save_card()
        first, second = (charge(payment_method=card, options=KEY) for _ in range(2))

        assert first.to_dict() == second.to_dict()
        assert "Idempotent-Replayed" not in first.last_response.headers
        assert second.last_response.headers["Idempotent-Replayed"] == "true"
        assert len(processor.charges.list().data) == 1

    def test_repeats_a_decline(self, processor, save_card, charge):
        card = save_card("pm_card_chargeCustomerFail")
        errors = []
        for _ in range(2):
            with pytest.raises(stripe.CardError) as declined:
                charge(payment_method=card, options=KEY)
            errors.append(declined.value.json_body)

        assert errors[0] == errors[1]
        assert len(processor.charges.list().data) == 1

    def test_forgets_after_a_day(self, processor, control, save_card, charge):
        card = save_card()
        first = charge(payment_method=card, options=KEY)
        control("POST", "clock", {"time": first.created + DAY + 60})

        assert charge(payment_method=card, options=KEY).id != first.id


class TestConflict:
    def test_refuses_another_body(self, save_card, charge):
        card = save_card()
        charge(payment_method=card, options=KEY)

        with pytest.raises(stripe.IdempotencyError, match="same parameters") as refused:
            charge(payment_method=card, amount=2600, options=KEY)

        assert refused.value.http_status == 400

    def test_refuses_another_endpoint(self, processor, charge):
        intent = charge(options=KEY)

        with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
            processor.refunds.create({"payment_intent": intent.id}, KEY)

    def test_refuses_a_second_request_at_the_same_time(self, processor, control, save_card, charge):
        card = save_card()
        control("POST", "faults", {"kind": "slow", "seconds": 0.5, "path": "/v1/payment_intents"})

        def try_once(_):
            try:
                return charge(payment_method=card, options=KEY).status
            except stripe.StripeError as error:
                return error.http_status, error.error.code

        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(try_once, range(2)))

        assert sorted(answers, key=str) == [(409, "idempotency_key_in_use"), "succeeded"]
        assert len(processor.charges.list().data) == 1


class TestRefusedRequest:
    def test_leaves_the_key_free(self, save_card, charge):
        card = save_card()
        with pytest.raises(stripe.InvalidRequestError):
            charge(payment_method=card, colour="red", options=KEY)

        assert charge(payment_method=card, options=KEY).status == "succeeded"
