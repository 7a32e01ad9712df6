from concurrent.futures import ThreadPoolExecutor

import pytest

from agency.foundation import events
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.errors import NotFound
from agency.foundation.tenancy import scope
from agency.tenants import queries
from agency.tenants.events import SubAccountOpened
from agency.tenants.models import SubAccountState, SuspensionKind
from agency.tenants.operations.sub_accounts import (
    ReferenceTaken,
    SubAccountClosed,
    change_sub_account,
    open_sub_account,
    wish_at,
)
from agency.tenants.operations.suspensions import suspend
from tests.factories import tenants
from tests.factories.tenants import NOON


@pytest.fixture
def agency(app):
    return tenants.agency(country="MX", currency="MXN", time_zone="America/Mexico_City", locale="es")


def opened(agency, **fields):
    with scope.of_agency(agency.id), transaction():
        return open_sub_account(wish_at(agency, **fields), by=OPERATOR, now=NOON)


def log(owner, agency):
    return owner.execute(
        "SELECT action, before, after FROM audit_entries WHERE agency_id = %s ORDER BY id", (agency.id,)
    ).fetchall()


class TestOpening:
    def test_takes_what_is_not_said_from_the_agency(self, agency):
        sub_account = opened(agency, name="Dental Norte", time_zone="America/Tijuana")

        assert (sub_account.country, sub_account.currency, sub_account.locale) == ("MX", "MXN", "es")
        assert sub_account.time_zone == "America/Tijuana"
        assert sub_account.state is SubAccountState.ACTIVE

    def test_is_written_down(self, agency, owner):
        opened(agency, name="Dental Norte", reference="crm-1")

        action, _before, after = log(owner, agency)[-1]
        assert action == "sub_account.opened"
        assert after["reference"] == "crm-1"

    def test_is_told_to_whoever_listens(self, agency, monkeypatch):
        heard = []
        monkeypatch.setitem(events._handlers, SubAccountOpened, [heard.append])

        sub_account = opened(agency, name="Dental Norte")

        assert [event.sub_account.id for event in heard] == [sub_account.id]

    def test_refuses_a_reference_that_another_one_has(self, agency, owner):
        opened(agency, name="Dental Norte", reference="crm-1")

        with pytest.raises(ReferenceTaken):
            opened(agency, name="Dental Sur", reference="crm-1")

        assert owner.execute("SELECT count(*) FROM sub_accounts").fetchone() == (1,)

    def test_lets_two_agencies_use_one_reference(self, agency):
        opened(agency, name="Dental Norte", reference="crm-1")

        assert opened(tenants.agency(name="Olive"), name="Bakery", reference="crm-1").reference == "crm-1"

    def test_gives_one_of_two_at_once_the_reference(self, agency, owner, app):
        def attempt(number):
            try:
                return opened(agency, name=f"Clinic {number}", reference="crm-1").name
            except ReferenceTaken:
                return None
            finally:
                session.remove()

        with ThreadPoolExecutor(4) as pool:
            names = list(pool.map(attempt, range(4)))

        assert sum(name is not None for name in names) == 1
        assert owner.execute("SELECT count(*) FROM sub_accounts").fetchone() == (1,)


class TestChanging:
    def test_writes_down_the_fields_that_differ(self, agency, owner):
        sub_account = opened(agency, name="Dental Norte")
        with scope.of_agency(agency.id), transaction():
            found = queries.sub_account(sub_account.id)
            change_sub_account(found, {"name": "Dental Sur", "locale": "es"}, by=OPERATOR, now=NOON)

        assert log(owner, agency)[-1] == ("sub_account.changed", {"name": "Dental Norte"}, {"name": "Dental Sur"})

    def test_without_a_difference_writes_nothing(self, agency, owner):
        sub_account = opened(agency, name="Dental Norte")
        before = log(owner, agency)

        with scope.of_agency(agency.id), transaction():
            change_sub_account(queries.sub_account(sub_account.id), {"name": "Dental Norte"}, by=OPERATOR, now=NOON)

        assert log(owner, agency) == before

    def test_keeps_its_own_reference(self, agency):
        sub_account = opened(agency, name="Dental Norte", reference="crm-1")

        with scope.of_agency(agency.id), transaction():
            found = queries.sub_account(sub_account.id)
            change_sub_account(found, {"name": "Sur", "reference": "crm-1"}, by=OPERATOR, now=NOON)

        assert found.name == "Sur"

    def test_refuses_a_reference_that_another_one_has(self, agency):
        opened(agency, name="Dental Norte", reference="crm-1")
        other = opened(agency, name="Dental Sur")

        with scope.of_agency(agency.id), pytest.raises(ReferenceTaken), transaction():
            change_sub_account(queries.sub_account(other.id), {"reference": "crm-1"}, by=OPERATOR, now=NOON)

    def test_refuses_a_closed_one(self, agency):
        sub_account = opened(agency, name="Dental Norte")
        with scope.of_agency(agency.id), transaction():
            found = queries.sub_account(sub_account.id)
            suspend(found, SuspensionKind.CLOSURE, reason="Moved away", by=OPERATOR, now=NOON)

        with scope.of_agency(agency.id), pytest.raises(SubAccountClosed):
            change_sub_account(found, {"name": "Dental Sur"}, by=OPERATOR, now=NOON)


class TestFinding:
    def test_answers_another_agencys_as_if_it_were_not_there(self, agency):
        stranger = tenants.sub_account(tenants.agency(name="Olive"))

        with scope.of_agency(agency.id), pytest.raises(NotFound):
            queries.sub_account(stranger.id)

    @pytest.mark.parametrize("search", ["NORTE", "hola@norte", "crm-1"])
    def test_looks_into_name_mail_and_reference(self, agency, search):
        opened(agency, name="Dental Norte", email="hola@norte.example", reference="crm-1")
        opened(agency, name="Café Aurora")

        with scope.of_agency(agency.id):
            found = queries.sub_accounts(search=search)

        assert [row.name for row in found.rows] == ["Dental Norte"]

    def test_takes_the_signs_of_a_pattern_for_what_they_are(self, agency):
        opened(agency, name="100% Fresh")
        opened(agency, name="1000 Fresh")

        with scope.of_agency(agency.id):
            assert [row.name for row in queries.sub_accounts(search="0%").rows] == ["100% Fresh"]
