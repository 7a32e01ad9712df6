import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from agency.foundation import vitals


class TestHealth:
    def test_is_ok_while_the_process_answers(self, client):
        assert client.get("/healthz").json == {"status": "ok"}


class TestReadiness:
    def test_names_everything_it_rests_on(self, client):
        answer = client.get("/readyz")

        assert answer.status_code == 200
        assert answer.json["checks"] == {"database": True, "login": True, "migrations": True, "redis": True}

    @pytest.mark.parametrize("name", ["database", "login", "migrations", "redis"])
    def test_fails_with_any_of_them(self, client, monkeypatch, name):
        monkeypatch.setitem(vitals.CHECKS, name, lambda: False)

        answer = client.get("/readyz")

        assert (answer.status_code, answer.json["checks"][name]) == (503, False)

    def test_sees_a_schema_that_is_behind(self, client, owner):
        (current,) = owner.execute("SELECT version_num FROM alembic_version").fetchone()
        owner.execute("UPDATE alembic_version SET version_num = '0000'")

        answer = client.get("/readyz")
        owner.execute("UPDATE alembic_version SET version_num = %s", (current,))

        assert answer.json["checks"] == {"database": True, "login": True, "migrations": False, "redis": True}

    def test_sees_a_login_that_goes_round_the_walls(self, client, monkeypatch, settings):
        owner = create_engine(settings.database_owner_url, poolclass=NullPool)
        monkeypatch.setattr(vitals.session, "get_bind", lambda: owner)

        answer = client.get("/readyz")

        assert answer.json["checks"]["login"] is False


class TestMetrics:
    def test_count_answers(self, client):
        client.get("/healthz")

        text = client.get("/metrics").text

        assert 'endpoint="vitals.alive",method="GET",status="200"' in text
        assert "cartera_http_request_seconds_bucket" in text

    def test_are_not_for_the_world(self, client):
        assert client.get("/metrics", environ_base={"REMOTE_ADDR": "8.8.8.8"}).status_code == 404
