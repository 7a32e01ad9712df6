"""Cut off anywhere, nothing is lost and nothing is charged twice."""

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from agency.foundation.database.session import session
from agency.foundation.due import sources
from agency.foundation.tenancy import scope
from subaccounts.usage.operations import closing, rating
from subaccounts.usage.routes import api
from tests.factories import plans, tenants, usage
from tests.factories.tenants import NOON

STEPS = ["join_totals", "measures", "book", "write_totals", "count"]
APRIL = datetime(2026, 4, 1, 5, tzinfo=UTC)


class Killed(BaseException):
    """Stands for the end of the process: nothing catches it."""


@pytest.fixture
def priced(of, product):
    plans.price(product, plans.per_unit("0.10"), meter="emails")
    usage.used(of, usage.event(of, "emails", "10"))
    session.remove()  # What dies rolls back, and must not take these rows' values with it.
    return of


@contextmanager
def dying(monkeypatch, module, step, *, is_done):
    """Everything ends right before that step, or right after it."""
    real = getattr(module, step)

    def die(*arguments, **named):
        if is_done:
            real(*arguments, **named)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(module, step, die)
        with pytest.raises(Killed):
            yield


class TestARating:
    @pytest.mark.parametrize("step", STEPS)
    @pytest.mark.parametrize("is_done", [False, True], ids=["before", "after"])
    def test_that_dies_leaves_all_to_the_next(self, priced, monkeypatch, step, is_done):
        with dying(monkeypatch, rating, step, is_done=is_done):
            usage.rated(priced)

        assert usage.charges(priced) == []
        usage.rated(priced)
        usage.rated(priced)
        assert usage.amounts(priced) == ["1.00"]
        usage.verified(priced)


class TestClosingAPeriod:
    @pytest.mark.parametrize("step", ["minimum_shares", "book", "write_totals"])
    @pytest.mark.parametrize("is_done", [False, True], ids=["before", "after"])
    def test_that_dies_asks_the_minimum_once(self, of, product, monkeypatch, step, is_done):
        plans.price(product, plans.per_unit("0.10", minimum=Decimal(5)), meter="emails")
        usage.used(of, usage.event(of, "emails", "10"))
        usage.rated(of)
        session.remove()

        with dying(monkeypatch, closing, step, is_done=is_done):
            usage.closed(of, now=APRIL + timedelta(hours=2))

        assert usage.amounts(of) == ["1.00"]
        for _twice in range(2):
            usage.closed(of, now=APRIL + timedelta(hours=2))
        assert usage.amounts(of) == ["1.00", "4.00"]
        usage.verified(of)


class TestStoredUsage:
    def test_is_found_by_the_schedule_when_nobody_asked_for_its_rating(self, app, client, monkeypatch):
        agency = tenants.agency()
        of = usage.funded(tenants.sub_account(agency))
        monkeypatch.setattr(api, "rate_usage", SimpleNamespace(later_unless_waiting=lambda: None))
        usage.used(of, usage.event(of, "emails"))

        started = sources.start_due(NOON + timedelta(seconds=5))

        assert started >= 1
        with scope.of_agency(agency.id):
            sources.run_source(name="usage")
        assert len(usage.totals(of)) == 1

    def test_is_answered_as_before_when_the_answer_was_lost(self, client, key, of):
        event = usage.event(of, "emails")
        usage.send(client, key, event)

        assert usage.statuses(usage.send(client, key, event, usage.event(of, "emails"))) == ["duplicate", "accepted"]
