from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import func, select

from agency.foundation import clock
from agency.foundation.database.session import session, transaction
from agency.foundation.idempotency.models import IdempotencyKey
from agency.foundation.idempotency.replay import forget_old
from agency.foundation.tenancy import scope
from tests.agency.foundation import trial
from tests.factories import staff


def once(key):
    return {"Idempotency-Key": key}


def keys_kept(of):
    with scope.of_agency(of.agency_id), transaction():
        return session.scalar(select(func.count()).select_from(IdempotencyKey))


class TestTheSameRequest:
    def test_sent_again_is_answered_alike_and_done_once(self, visitor, key, lumen, acts):
        first, second = (visitor.post("/api/v1/trial", json={"note": "ñ"}, headers=key | once("a")) for _ in range(2))

        assert (second.status_code, second.data, second.mimetype) == (first.status_code, first.data, first.mimetype)
        assert first.status_code == 201
        assert "Idempotent-Replayed" not in first.headers
        assert second.headers["Idempotent-Replayed"] == "true"
        assert acts(lumen, "trial.ordered") == 1

    def test_without_a_body_is_answered_without_one(self, visitor, key, lumen, acts):
        answers = [visitor.delete("/api/v1/trial/room", headers=key | once("a")) for _ in range(2)]

        assert [(answer.status_code, answer.data) for answer in answers] == [(204, b"")] * 2
        assert acts(lumen, "trial.emptied") == 1

    def test_without_a_key_is_done_each_time(self, visitor, key, lumen, acts):
        for _ in range(2):
            visitor.post("/api/v1/trial", json={"note": "a"}, headers=key)

        assert acts(lumen, "trial.ordered") == 2

    def test_under_another_key_is_another(self, visitor, key, lumen, acts):
        for name in "ab":
            visitor.post("/api/v1/trial", json={"note": "a"}, headers=key | once(name))

        assert acts(lumen, "trial.ordered") == 2

    def test_of_another_visitor_is_another(self, visitor, lumen, ember, acts):
        for of in (lumen, lumen, ember):
            visitor.post("/api/v1/trial", json={}, headers=staff.bearer(staff.api_key(of)) | once("a"))

        assert (acts(lumen, "trial.ordered"), acts(ember, "trial.ordered")) == (2, 1)


class TestAnotherRequest:
    @pytest.mark.parametrize("body", [{"note": "b"}, {}])
    def test_under_the_same_key_is_refused(self, visitor, key, lumen, acts, body):
        visitor.post("/api/v1/trial", json={"note": "a"}, headers=key | once("a"))

        answer = visitor.post("/api/v1/trial", json=body, headers=key | once("a"))

        assert answer.status_code == 409
        assert answer.json["code"] == "key-reused"
        assert acts(lumen, "trial.ordered") == 1

    def test_at_another_address_is_refused(self, visitor, key):
        visitor.post("/api/v1/trial", headers=key | once("a"))

        assert visitor.delete("/api/v1/trial/room", headers=key | once("a")).status_code == 409


class TestARefusal:
    def test_is_not_kept(self, visitor, key, lumen, acts):
        answer = visitor.post("/api/v1/trial", json={"note": "early"}, headers=key | once("a"))

        assert answer.status_code == 409
        assert (acts(lumen, "trial.ordered"), keys_kept(lumen)) == (0, 0)

    def test_leaves_the_key_for_a_better_request(self, visitor, key):
        visitor.post("/api/v1/trial", json={"notes": "unknown"}, headers=key | once("a"))

        assert visitor.post("/api/v1/trial", json={"note": "a"}, headers=key | once("a")).status_code == 201


class TestACrash:
    def test_leaves_neither_the_act_nor_its_answer(self, visitor, key, lumen, acts, monkeypatch):
        def crash(*_args, **_options):
            raise SystemExit

        monkeypatch.setattr(trial, "TooEarly", crash)
        with pytest.raises(SystemExit):
            visitor.post("/api/v1/trial", json={"note": "early"}, headers=key | once("a"))

        assert (acts(lumen, "trial.ordered"), keys_kept(lumen)) == (0, 0)
        assert visitor.post("/api/v1/trial", json={"note": "a"}, headers=key | once("a")).status_code == 201


class TestTwoAtOnce:
    def test_are_done_once_and_the_second_is_asked_to_wait(self, platform, key, lumen, acts, monkeypatch):
        inside, may_end = Event(), Event()
        record = trial.record

        def slowly(*args, **options):
            inside.set()
            assert may_end.wait(10)
            record(*args, **options)

        monkeypatch.setattr(trial, "record", slowly)
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(platform.test_client().post, "/api/v1/trial", json={}, headers=key | once("a"))
            assert inside.wait(10)
            second = platform.test_client().post("/api/v1/trial", json={}, headers=key | once("a"))
            may_end.set()

        assert (first.result().status_code, second.status_code) == (201, 409)
        assert second.json["code"] == "key-in-flight"
        assert acts(lumen, "trial.ordered") == 1
        assert platform.test_client().post("/api/v1/trial", json={}, headers=key | once("a")).status_code == 201


class TestAKey:
    @pytest.mark.parametrize("text", ["", "a" * 256, "a\x00", "a\tb"])
    def test_that_is_none_is_refused_by_its_name(self, visitor, key, text):
        answer = visitor.post("/api/v1/trial", json={}, headers=key | once(text))

        assert answer.status_code == 422
        assert list(answer.json["errors"]) == ["Idempotency-Key"]

    def test_of_255_characters_is_kept(self, visitor, key, lumen):
        visitor.post("/api/v1/trial", json={}, headers=key | once("ñ" * 255))

        assert keys_kept(lumen) == 1

    def test_is_forgotten_after_a_week(self, visitor, key, lumen):
        visitor.post("/api/v1/trial", json={}, headers=key | once("a"))

        with scope.of_agency(lumen.agency_id), transaction():
            forget_old(clock.wall() + timedelta(days=6, hours=23))
        assert keys_kept(lumen) == 1

        with scope.of_agency(lumen.agency_id), transaction():
            forget_old(clock.wall() + timedelta(days=7, hours=1))
        assert keys_kept(lumen) == 0
