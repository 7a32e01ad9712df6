import time

import httpx
import pytest
import stripe

INTENTS = {"method": "POST", "path": "/v1/payment_intents"}
KEY = {"idempotency_key": "attempt-1"}


class TestCut:
    def test_before_the_work_leaves_nothing(self, processor, control, charge):
        control("POST", "faults", {"kind": "cut", "when": "before"} | INTENTS)

        with pytest.raises(stripe.APIConnectionError):
            charge()

        assert processor.payment_intents.list().data == []

    def test_after_the_work_loses_only_the_answer(self, processor, control, save_card, charge):
        card = save_card()
        control("POST", "faults", {"kind": "cut", "when": "after"} | INTENTS)
        with pytest.raises(stripe.APIConnectionError):
            charge(payment_method=card, options=KEY)
        (made,) = processor.payment_intents.list().data

        again = charge(payment_method=card, options=KEY)
        assert (again.id, made.status) == (made.id, "succeeded")
        assert len(processor.charges.list().data) == 1


class TestError:
    def test_before_the_work_leaves_the_key_free(self, control, save_card, charge):
        card = save_card()
        control("POST", "faults", {"kind": "error", "status": 503} | INTENTS)

        with pytest.raises(stripe.APIError) as failed:
            charge(payment_method=card, options=KEY)

        assert failed.value.http_status == 503
        assert charge(payment_method=card, options=KEY).status == "succeeded"

    def test_after_the_work_hides_the_answer_once(self, processor, control, save_card, charge):
        card = save_card()
        control("POST", "faults", {"kind": "error", "when": "after"} | INTENTS)
        with pytest.raises(stripe.APIError):
            charge(payment_method=card, options=KEY)

        assert charge(payment_method=card, options=KEY).status == "succeeded"
        assert len(processor.charges.list().data) == 1

    def test_may_become_the_lasting_answer_of_its_key(self, processor, control, save_card, charge):
        card = save_card()
        control("POST", "faults", {"kind": "error", "when": "after", "saved": True} | INTENTS)
        for _ in range(2):
            with pytest.raises(stripe.APIError):
                charge(payment_method=card, options=KEY)

        assert len(processor.charges.list().data) == 1


class TestSlow:
    def test_answers_late_and_holds_the_key_meanwhile(self, control, charge):
        control("POST", "faults", {"kind": "slow", "seconds": 0.3} | INTENTS)
        started = time.monotonic()

        assert charge().status == "succeeded"
        assert time.monotonic() - started >= 0.3


class TestRateLimit:
    def test_is_told_as_stripe_tells_it(self, control, charge):
        control("POST", "faults", {"kind": "rate_limit"} | INTENTS)

        with pytest.raises(stripe.RateLimitError):
            charge()


class TestStaging:
    def test_counts_what_it_skips_and_strikes(self, control, charge):
        control("POST", "faults", {"kind": "error", "skip": 1, "times": 2} | INTENTS)
        outcomes = []
        for _ in range(4):
            try:
                outcomes.append(charge().status)
            except stripe.APIError:
                outcomes.append("error")

        assert outcomes == ["succeeded", "error", "error", "succeeded"]

    def test_narrows_by_the_body(self, control, customer, charge):
        control("POST", "faults", {"kind": "error", "body": {"amount": "5000"}} | INTENTS)

        assert charge(amount=2500).status == "succeeded"
        with pytest.raises(stripe.APIError):
            charge(amount=5000)

    def test_is_undone_by_clearing(self, control, charge):
        control("POST", "faults", {"kind": "error"} | INTENTS)
        control("DELETE", "faults")

        assert charge().status == "succeeded"

    @pytest.mark.parametrize("wish", [{"kind": "earthquake"}, {"kind": "cut", "when": "never"}, {"colour": "red"}])
    def test_refuses_what_it_does_not_know(self, running, wish):
        assert httpx.post(f"{running.url}/_control/faults", json=wish).status_code == 400


class TestRequestLog:
    def test_shows_each_request_with_its_key_and_outcome(self, control, key, save_card, charge):
        card = save_card()
        control("POST", "faults", {"kind": "cut", "when": "after"} | INTENTS)
        with pytest.raises(stripe.APIConnectionError):
            charge(payment_method=card, options=KEY)
        charge(payment_method=card, options=KEY)

        account = key.replace("sk_test_", "acct_")
        entries = control("GET", f"requests?account={account}&path=/v1/payment_intents")["data"]
        assert [entry["outcome"] for entry in entries] == ["cut", "replayed"]
        assert {entry["idempotency_key"] for entry in entries} == {"attempt-1"}
