import pytest
from sqlalchemy import select

from agency.foundation.database.session import session, transaction
from agency.foundation.idempotency import steps
from agency.foundation.idempotency.models import IdempotencyKey
from agency.foundation.idempotency.steps import CLAIM_LIVES
from agency.foundation.tenancy import scope
from tests.agency.foundation import trial

STEPS = "/api/v1/trial/steps"


@pytest.fixture
def send(visitor, key):
    """The same request again and again, unless told otherwise."""

    def post(note="a", name="k"):
        return visitor.post(STEPS, json={"note": note}, headers=key | {"Idempotency-Key": name})

    return post


@pytest.fixture
def killed(send, monkeypatch):
    """A request that was killed in the middle: nobody could free its key."""

    def die(*_args, **_options):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(trial, "TooEarly", die)
        patch.setattr(steps, "_release", lambda _key: None)
        with pytest.raises(SystemExit):
            send("early")


def statuses(of):
    with scope.of_agency(of.agency_id), transaction():
        return session.scalars(select(IdempotencyKey.status)).all()


class TestARequestInSteps:
    def test_sent_again_is_answered_alike_and_done_once(self, send, lumen, acts):
        first, second = send(), send()

        assert (second.status_code, second.data) == (first.status_code, first.data) == (201, first.data)
        assert second.headers["Idempotent-Replayed"] == "true"
        assert acts(lumen, "trial.begun") == 1

    def test_has_a_name_that_stays_the_same(self, send, visitor, key):
        assert send().json["anything"] == send().json["anything"]
        assert send().json["anything"] != send(name="other").json["anything"]
        assert visitor.post(STEPS, json={}, headers=key).json["anything"] is None

    def test_of_another_body_is_refused(self, send, lumen, acts):
        send()

        assert send("b").json["code"] == "key-reused"
        assert acts(lumen, "trial.begun") == 1

    def test_that_is_refused_frees_its_key(self, send, lumen):
        assert send("early").json["code"] == "too-early"
        assert statuses(lumen) == []
        assert send().status_code == 201


@pytest.mark.usefixtures("killed")
class TestARequestKilledInTheMiddle:
    def test_keeps_its_key_while_it_might_still_live(self, send, lumen, acts):
        assert send("early").json["code"] == "key-in-flight"
        assert acts(lumen, "trial.begun") == 1

    def test_is_taken_up_again_by_the_same_request_later(self, send, lumen, owner):
        owner.execute("UPDATE idempotency_keys SET created_at = created_at - %s", (CLAIM_LIVES,))

        assert send("early").json["code"] == "too-early"
        assert statuses(lumen) == []
