"""A sandbox's clock over HTTP: due work happens in order, each piece at its own moment."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from agency.foundation import clock
from agency.foundation.database.session import session, transaction
from agency.foundation.due import sources
from agency.foundation.jobs.registry import JobKind, registered
from agency.foundation.tenancy import scope
from agency.tenants.branding import tenant_shown
from tests.factories import staff, tenants
from tests.factories.due import planned_source
from tests.factories.tenants import NOON

DAY = timedelta(days=1)


@pytest.fixture
def sandbox(app):
    return tenants.agency(is_sandbox=True)


@pytest.fixture
def advance(client, sandbox):
    headers = staff.bearer(staff.api_key(sandbox))
    return lambda to: client.post("/api/v1/agency/clock/advance", json={"to": to}, headers=headers)


@pytest.fixture
def rounds(monkeypatch):
    """Two sources that fall due every second and every third day, and write down when they ran."""
    ran = []
    found = {}
    for name, every in (("second day", 2 * DAY), ("third day", 3 * DAY)):
        planned = {"next": NOON + every}

        def run(moment, name=name, every=every, planned=planned):
            ran.append((name, moment, clock.now()))
            planned["next"] += every

        found[name] = planned_source(name, lambda planned=planned: planned["next"], run)
    monkeypatch.setattr(sources, "_sources", found)
    return ran


def fail():
    with transaction():
        session.execute(select(1))
        raise RuntimeError


FAILING = JobKind("tests.fail", fail, "default", timedelta(seconds=60), 12)


def next_name(planned):
    planned.append(None)
    return tenant_shown()["name"]


class TestAdvance:
    def test_does_what_falls_due_in_order_at_its_own_moment(self, advance, rounds):
        answer = advance((NOON + 6 * DAY).isoformat())

        assert answer.json["now"] == (NOON + 6 * DAY).isoformat()
        assert [(name, (moment - NOON).days) for name, moment, _ in rounds] == [
            ("second day", 2),
            ("third day", 3),
            ("second day", 4),
            ("second day", 6),
            ("third day", 6),
        ]
        assert all(moment == stood for _, moment, stood in rounds)

    def test_does_nothing_twice(self, advance, rounds):
        advance((NOON + 6 * DAY).isoformat())
        advance((NOON + 6 * DAY).isoformat())

        assert len(rounds) == 5

    def test_knows_whose_letters_it_writes_after_a_job_that_failed(self, advance, sandbox, monkeypatch):
        planned, names = [NOON + DAY], []
        source = planned_source("name", lambda: planned[-1], lambda _now: names.append(next_name(planned)))
        monkeypatch.setattr(sources, "_sources", {"name": source})
        monkeypatch.setitem(registered, FAILING.name, FAILING)
        with scope.of_agency(sandbox.id), transaction():
            FAILING.later()

        answer = advance((NOON + 2 * DAY).isoformat())

        assert answer.status_code == 200
        assert names == [sandbox.name]

    @pytest.mark.parametrize("to", ["2026-03-02T11:59:59Z", "2026-04-01T12:00:00", "tomorrow", None, 5])
    def test_names_what_is_wrong_with_the_time(self, advance, to):
        answer = advance(to)

        assert answer.status_code == 422
        assert answer.json["errors"]["to"]

    def test_is_refused_to_a_live_agency(self, client):
        key = staff.api_key(tenants.agency())

        answer = client.post(
            "/api/v1/agency/clock/advance", json={"to": "2099-01-01T00:00:00Z"}, headers=staff.bearer(key)
        )

        assert answer.status_code == 409
        assert answer.json["code"] == "live-agency"


class TestRead:
    def test_gives_the_time_at_which_a_sandbox_stands(self, client, sandbox):
        answer = client.get("/api/v1/agency/clock", headers=staff.bearer(staff.api_key(sandbox)))

        assert answer.json == {"now": NOON.isoformat(), "is_sandbox": True, "due": []}

    def test_gives_a_live_agency_the_real_time(self, client):
        key = staff.api_key(tenants.agency())

        answer = client.get("/api/v1/agency/clock", headers=staff.bearer(key))

        assert datetime.fromisoformat(answer.json["now"]) - datetime.now(UTC) < timedelta(minutes=1)
        assert answer.json["is_sandbox"] is False
