from dataclasses import dataclass

import pytest
from sqlalchemy import select

from agency.foundation import events
from agency.foundation.actor import PLATFORM
from agency.foundation.audit.models import AuditEntry
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from agency.tenants.models import Agency
from tests.factories import tenants


@dataclass(frozen=True)
class BalanceFell:
    by: int


@dataclass(frozen=True)
class BalanceFellFar(BalanceFell):
    pass


class RefusedAbove(Exception):
    pass


@pytest.fixture
def refused_above():
    def refuse(event):
        raise RefusedAbove

    events.subscribe(BalanceFell, refuse)
    yield
    events._handlers.pop(BalanceFell)


@pytest.fixture
def heard():
    told = []
    events.subscribe(BalanceFell, told.append)
    yield told
    events._handlers.pop(BalanceFell)


class TestPublish:
    def test_tells_at_once(self, heard):
        events.publish(BalanceFell(3))

        assert heard == [BalanceFell(3)]

    def test_tells_each_handler_once_however_often_it_subscribed(self, heard):
        events.subscribe(BalanceFell, heard.append)

        events.publish(BalanceFell(3))

        assert len(heard) == 1

    def test_keeps_the_order_of_subscription(self, heard):
        events.subscribe(BalanceFell, lambda _event: heard.append("second"))

        events.publish(BalanceFell(3))

        assert heard == [BalanceFell(3), "second"]

    def test_tells_nobody_of_another_event(self, heard):
        events.publish(BalanceFellFar(3))

        assert heard == []

    def test_takes_part_in_the_transaction(self, app, refused_above):
        agency_id = tenants.agency().id

        with scope.of_agency(agency_id), pytest.raises(RefusedAbove):
            let_balance_fall()

        with scope.of_agency(agency_id), transaction():
            assert {entry.action for entry in session.scalars(select(AuditEntry))} == {"agency.opened"}


def let_balance_fall():
    with transaction():
        record("balance.fallen", session.scalars(select(Agency)).one(), by=PLATFORM, now=tenants.NOON)
        events.publish(BalanceFell(3))
