import pytest
from redis import ConnectionError as RedisAway

from agency.foundation.limits import limiter


@pytest.fixture
def redis_away(monkeypatch):
    def refuse(*_args, **_options):
        raise RedisAway("nobody listens")

    monkeypatch.setattr(limiter.limiter, "hit", refuse)


class TestALimit:
    def test_lets_through_what_it_allows_and_then_asks_to_wait(self, visitor):
        answers = [visitor.get("/trial/narrow", headers={"Accept": "text/html"}) for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert "One moment, please" in answers[2].text
        assert 0 < int(answers[2].headers["Retry-After"]) <= 61

    def test_is_each_addresss_own(self, visitor):
        for _ in range(3):
            visitor.get("/trial/narrow")

        assert visitor.get("/trial/narrow", environ_overrides={"REMOTE_ADDR": "203.0.113.7"}).status_code == 200

    def test_closes_while_redis_is_away(self, visitor, redis_away):
        answer = visitor.get("/trial/narrow", headers={"Accept": "application/json"})

        assert answer.status_code == 503
        assert answer.headers["Retry-After"]

    def test_leaves_other_pages_open_while_redis_is_away(self, visitor, redis_away):
        assert visitor.get("/trial/greeting").status_code == 200
