from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import ProgrammingError

from agency.foundation import ids
from agency.foundation.actor import PLATFORM, Actor
from agency.foundation.audit.models import AuditEntry
from agency.foundation.audit.operations import record, record_change
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from agency.tenants.models import Agency
from tests.factories import tenants

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
ANA = Actor(kind="person", name="Ana Ruiz", id=ids.new_id(), address="203.0.113.7", request_id="req_1")


@pytest.fixture
def in_lumen(lumen):
    with scope.of_agency(lumen.agency_id):
        yield


def the_agency():
    return session.scalars(select(Agency)).one()


def entries(action):
    return session.scalars(select(AuditEntry).where(AuditEntry.action == action)).all()


@pytest.mark.usefixtures("in_lumen")
class TestRecord:
    def test_says_who_did_what_to_which_thing(self, lumen):
        with transaction():
            record("agency.greeted", the_agency(), by=ANA, now=NOON, after={"words": "hola"})

            (entry,) = entries("agency.greeted")
            assert (entry.actor_kind, entry.actor_name, entry.actor_id) == ("person", "Ana Ruiz", ANA.id)
            assert (entry.address, entry.request_id, entry.occurred_at) == ("203.0.113.7", "req_1", NOON)
            assert (entry.subject_type, entry.subject_id, entry.subject_name) == ("agy", lumen.id, "Lumen Studio")
            assert (entry.before, entry.after) == ({}, {"words": "hola"})

    def test_belongs_to_the_sub_account_in_scope(self, lumen):
        norte = tenants.sub_account(lumen)
        with scope.scoped(scope.narrowed(norte.id)), transaction():
            record("agency.greeted", norte, by=ANA, now=NOON)

            assert entries("agency.greeted")[0].sub_account_id == norte.id


@pytest.mark.usefixtures("in_lumen")
class TestRecordChange:
    def test_sets_and_records_what_differs(self):
        with transaction():
            agency = the_agency()
            record_change("agency.changed", agency, {"name": "Lumen", "locale": "en"}, by=ANA, now=NOON)

            assert agency.name == "Lumen"
            (entry,) = entries("agency.changed")
            assert (entry.before, entry.after) == ({"name": "Lumen Studio"}, {"name": "Lumen"})

    def test_records_nothing_where_nothing_differs(self):
        with transaction():
            record_change("agency.changed", the_agency(), {"name": "Lumen Studio"}, by=ANA, now=NOON)

            assert entries("agency.changed") == []

    def test_keeps_a_pictures_bytes_out_of_the_log(self):
        with transaction():
            record_change("agency.changed", the_agency(), {"logo": b"png"}, by=ANA, now=NOON)

            assert entries("agency.changed")[0].after == {"logo": "..."}


@pytest.mark.usefixtures("in_lumen")
class TestTheLog:
    @pytest.mark.parametrize("statement", [update(AuditEntry).values(action="nothing"), delete(AuditEntry)])
    def test_only_grows(self, statement):
        with transaction():
            record("agency.greeted", the_agency(), by=PLATFORM, now=NOON)

        with pytest.raises(ProgrammingError, match="permission denied"), transaction():
            session.execute(statement)

    def test_takes_no_entry_back_by_changing_its_row(self):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction():
            session.scalars(select(AuditEntry)).first().action = "nothing"
