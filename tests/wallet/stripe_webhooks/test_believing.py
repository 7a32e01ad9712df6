"""What is believed to come from the processor, and kept once."""

import time

import pytest

from agency.foundation import ids
from tests.wallet.stripe_webhooks.inbox import event


class TestBelieving:
    def test_a_signed_event_is_kept_and_answered_at_once(self, inbox):
        answer = inbox.send(event("payment_intent.succeeded"))

        assert answer.status_code == 204
        assert [row.state for row in inbox.rows()] == ["waiting"]

    def test_a_second_copy_is_thanked_for_and_kept_once(self, inbox):
        told = event("payment_intent.succeeded")

        answers = [inbox.send(told), inbox.send(told)]

        assert [answer.status_code for answer in answers] == [204, 204]
        assert len(inbox.rows()) == 1

    def test_a_forged_event_is_refused(self, inbox):
        answer = inbox.send(event("payment_intent.succeeded"), secret="whsec_of_somebody_else")

        assert answer.status_code == 400
        assert inbox.rows() == []

    def test_a_changed_event_is_refused(self, inbox):
        told = event("payment_intent.succeeded")

        answer = inbox.send(told | {"type": "refund.failed"}, signed_as=told)

        assert answer.status_code == 400
        assert inbox.rows() == []

    def test_an_event_older_than_five_minutes_is_refused(self, inbox):
        answer = inbox.send(event("payment_intent.succeeded"), at=int(time.time()) - 301)

        assert answer.status_code == 400
        assert inbox.rows() == []

    @pytest.mark.parametrize("header", [None, "", "t=1", "nonsense", "t=x,v1=y"])
    def test_an_event_without_a_readable_signature_is_refused(self, client, inbox, header):
        headers = {"Stripe-Signature": header} if header is not None else {}

        answer = client.post(inbox.address, data=b"{}", headers=headers)

        assert answer.status_code == 400

    @pytest.mark.parametrize("payload", ["[]", "{}", "null", '{"id": "evt_1"}', "\u00ff"])
    def test_a_signed_body_that_is_no_event_is_refused(self, inbox, payload):
        assert inbox.send_text(payload).status_code == 400

    def test_an_event_of_another_connected_account_is_refused(self, inbox):
        answer = inbox.send(event("payment_intent.succeeded") | {"account": "acct_somebody_else"})

        assert answer.status_code == 400

    def test_an_address_of_nobody_is_not_found(self, client):
        answer = client.post(f"/webhooks/stripe/{ids.encode('mer', ids.new_id())}", data=b"{}")

        assert answer.status_code == 404
