"""The program of the documentation that receives webhooks, run on what we send."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from tests.architecture.sources import ROOT

SECRET = "whsec_" + "c2VjcmV0" * 4
BODY = '{"type": "install.created"}'
PROGRAM = ROOT / "templates/agency/api_docs/receiver.txt"


@pytest.fixture
def is_ours(monkeypatch):
    monkeypatch.setenv("CARTERA_WEBHOOK_SECRET", SECRET)
    program = {"__name__": "receiver"}
    exec(PROGRAM.read_text(), program)  # noqa: S102  # As whoever copied it runs it.
    return program["is_ours"]


def sent(secret, at):
    signature = Webhook(secret).sign("evt_1", at, BODY)
    return {"webhook-id": "evt_1", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


class TestTheReceiver:
    @pytest.mark.parametrize(
        ("secret", "age", "body", "verdict"),
        [
            (SECRET, timedelta(0), BODY, True),
            ("whsec_" + "b3RoZXJz" * 4, timedelta(0), BODY, False),
            (SECRET, timedelta(minutes=6), BODY, False),
            (SECRET, timedelta(0), BODY + " ", False),
        ],
    )
    def test_takes_only_what_we_signed_just_now(self, is_ours, secret, age, body, verdict):
        headers = sent(secret, datetime.now(UTC) - age)

        assert is_ours(headers, body.encode()) is verdict
