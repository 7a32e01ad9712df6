from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import delete, event, exists, func, select, text, union, update
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import aliased

from agency.foundation.database.session import ScopeChanged, move_scope, only_this_tenant, session, transaction
from agency.foundation.jobs.models import Job
from agency.foundation.tenancy import scope
from agency.foundation.tenancy.scope import TenantMissing
from agency.foundation.tenant_roots.models import TenantRoot
from agency.staff.models import Membership, Person
from agency.tenants.models import Agency, SubAccount
from tests.factories import staff, tenants

joined = select(SubAccount.name).join(Agency, Agency.agency_id == SubAccount.agency_id)
narrow = select(SubAccount).subquery()
common = select(SubAccount.name).cte()
other = aliased(SubAccount)

# Each reads the names of sub-accounts, in every form a query takes.
QUERIES = {
    "list": select(SubAccount.name),
    "entity": select(SubAccount),
    "alias": select(other.name),
    "join": joined,
    "join of two aliases": select(other.name).join(SubAccount, SubAccount.id == other.id),
    "outer join from above": select(SubAccount.name).select_from(Agency).outerjoin(SubAccount, SubAccount.name != ""),
    "subquery": select(narrow.c.name),
    "scalar subquery": select(select(func.string_agg(SubAccount.name, ",")).scalar_subquery()),
    "common table expression": select(common.c.name),
    "in": select(SubAccount.name).where(SubAccount.id.in_(select(other.id))),
    "union": union(select(SubAccount.name), select(other.name)),
    "from statement": select(SubAccount).from_statement(select(SubAccount)),
    "aggregate": select(func.max(SubAccount.name)),
    "lock": select(SubAccount.name).with_for_update(),
}


@pytest.fixture
def both(lumen, ember):
    """One sub-account in each of two agencies; names say whose it is."""
    return tenants.sub_account(lumen, name="Norte of Lumen"), tenants.sub_account(ember, name="Sur of Ember")


@pytest.fixture
def without_orm_scope(app):
    """The first lock is off: nothing is left but the database's own walls."""
    event.remove(session, "do_orm_execute", only_this_tenant)
    yield
    event.listen(session, "do_orm_execute", only_this_tenant)


def a_job():
    return Job(name="a", queue="bulk", arguments={}, not_before=tenants.NOON, created_at=tenants.NOON)


def names(query):
    return {getattr(found, "name", found) for found in session.scalars(query)}


class TestTheScope:
    @pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
    def test_holds_for_every_form_of_a_query(self, both, lumen, query):
        with scope.of_agency(lumen.agency_id), transaction():
            assert names(query) == {"Norte of Lumen"}

    def test_holds_for_count_and_exists(self, both, lumen, ember):
        with scope.of_agency(lumen.agency_id), transaction():
            assert session.scalar(select(func.count()).select_from(SubAccount)) == 1
            assert session.query(SubAccount).count() == 1
            assert not session.scalar(select(exists().where(SubAccount.name == "Sur of Ember")))

    def test_holds_for_get(self, both, lumen):
        mine, theirs = ((each.agency_id, each.id) for each in both)
        session.expunge_all()

        with scope.of_agency(lumen.agency_id), transaction():
            assert session.get(SubAccount, mine) is not None
            assert session.get(SubAccount, theirs) is None

    def test_holds_for_update_and_delete(self, both, lumen, ember):
        person = staff.person(ember)
        with scope.of_agency(lumen.agency_id), transaction():
            session.execute(update(SubAccount).values(name="taken"))
            session.execute(delete(Membership))

        with scope.of_agency(ember.agency_id), transaction():
            assert names(QUERIES["list"]) == {"Sur of Ember"}
            assert session.scalar(select(Membership.person_id)) == person.id

    def test_is_written_into_a_new_row(self, lumen, ember):
        with scope.of_agency(lumen.agency_id), transaction():
            added = a_job()
            session.add(added)

        assert added.agency_id == lumen.agency_id

    def test_is_needed(self, both):
        with pytest.raises(TenantMissing):
            session.scalars(QUERIES["list"])

    def test_may_not_change_within_a_transaction(self, lumen, ember):
        with scope.of_agency(lumen.agency_id), transaction():
            session.scalars(QUERIES["list"])

            with scope.of_agency(ember.agency_id), pytest.raises(ScopeChanged):
                session.scalars(QUERIES["list"])

    def test_may_change_between_transactions(self, both, lumen, ember):
        for agency, name in ((lumen, "Norte of Lumen"), (ember, "Sur of Ember")):
            with scope.of_agency(agency.agency_id), transaction():
                session.add(a_job())
                assert names(QUERIES["list"]) == {name}

    def test_of_one_thread_is_not_anothers(self, both, lumen, ember):
        def look(agency):
            with scope.of_agency(agency.agency_id), transaction():
                return names(QUERIES["list"])

        with ThreadPoolExecutor(4) as pool:
            seen = list(pool.map(look, [lumen, ember] * 20))

        assert seen == [{"Norte of Lumen"}, {"Sur of Ember"}] * 20


@pytest.mark.usefixtures("without_orm_scope")
class TestRowLevelSecurityAlone:
    @pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
    def test_keeps_tenants_apart_in_every_form_of_a_query(self, both, lumen, query):
        with scope.of_agency(lumen.agency_id), transaction():
            assert names(query) == {"Norte of Lumen"}

    def test_keeps_them_apart_in_plain_sql(self, both, lumen):
        with scope.of_agency(lumen.agency_id), transaction():
            assert set(session.scalars(text("SELECT name FROM sub_accounts"))) == {"Norte of Lumen"}
            assert set(session.scalars(select(SubAccount.__table__.c.name))) == {"Norte of Lumen"}

    def test_changes_and_deletes_nothing_of_another(self, both, lumen, ember):
        staff.person(ember)
        with scope.of_agency(lumen.agency_id), transaction():
            assert session.execute(text("UPDATE sub_accounts SET name = 'taken'")).rowcount == 1
            assert session.execute(text("DELETE FROM memberships")).rowcount == 0

    def test_takes_no_row_into_another(self, both, lumen, ember):
        with (
            scope.of_agency(lumen.agency_id),
            pytest.raises(ProgrammingError, match="row-level security"),
            transaction(),
        ):
            session.execute(update(SubAccount).values(agency_id=ember.agency_id))

    def test_shows_nobody_anything(self, both):
        with transaction():
            assert names(QUERIES["list"]) == set()
            assert session.scalar(text("SELECT count(*) FROM tenant_roots")) == 0

    def test_keeps_a_narrowed_scope_to_its_sub_account(self, both, lumen):
        second = tenants.sub_account(lumen, name="Second of Lumen")
        with scope.of_agency(lumen.agency_id, sub_account_id=second.id), transaction():
            assert names(QUERIES["list"]) == {"Second of Lumen"}
            assert session.execute(text("UPDATE sub_accounts SET name = name")).rowcount == 1

    def test_holds_again_after_a_pooled_connection_served_another(self, both, lumen, ember):
        for _ in range(3):
            for agency, name in ((lumen, "Norte of Lumen"), (ember, "Sur of Ember")):
                with scope.of_agency(agency.agency_id), transaction():
                    assert names(QUERIES["list"]) == {name}


class TestANarrowedScope:
    def test_shows_one_sub_account_and_its_people(self, lumen):
        norte, sur = tenants.sub_account(lumen, name="Norte"), tenants.sub_account(lumen, name="Sur")
        staff.person(lumen, email="eva@norte.example", name="Eva", at=norte)
        staff.person(lumen, email="leo@sur.example", name="Leo", at=sur)

        with scope.of_agency(lumen.agency_id, sub_account_id=norte.id), transaction():
            assert names(QUERIES["list"]) == {"Norte"}
            assert names(select(Person)) == {"Eva"}
            assert session.scalar(select(func.count()).select_from(Membership)) == 1

    def test_may_be_entered_in_the_middle_of_a_transaction(self, lumen):
        norte = tenants.sub_account(lumen, name="Norte")
        tenants.sub_account(lumen, name="Sur")

        with scope.of_agency(lumen.agency_id), transaction():
            assert names(QUERIES["list"]) == {"Norte", "Sur"}
            move_scope(scope.narrowed(norte.id))
            assert names(QUERIES["list"]) == {"Norte"}


class TestASavepoint:
    @pytest.mark.parametrize("ends", ["commit", "rollback"])
    def test_keeps_scope_and_role(self, both, lumen, ends):
        with scope.of_agency(lumen.agency_id), transaction():
            getattr(session.begin_nested(), ends)()

            assert session.scalar(text("SELECT current_setting('app.agency_id')")) == str(lumen.agency_id)
            assert session.scalar(text("SELECT current_user")) == "cartera_application"
            assert names(QUERIES["list"]) == {"Norte of Lumen"}

    def test_is_no_way_into_another_scope(self, both, lumen, ember):
        with scope.of_agency(lumen.agency_id), transaction():
            session.scalars(QUERIES["list"])
            with scope.of_agency(ember.agency_id), session.begin_nested(), pytest.raises(ScopeChanged):
                session.scalars(QUERIES["list"])

            assert names(QUERIES["list"]) == {"Norte of Lumen"}


class TestTheSweeper:
    def test_finds_every_tenant_by_its_columns(self, both, lumen, ember):
        with scope.all_tenants(), transaction():
            assert set(session.scalars(select(TenantRoot.agency_id))) == {lumen.agency_id, ember.agency_id}

    @pytest.mark.parametrize(
        "query",
        [select(TenantRoot.slug), select(Person.name), select(Job.arguments), select(SubAccount.id), select(Job)],
    )
    def test_reads_no_other_column_and_no_other_table(self, app, query):
        with scope.all_tenants(), pytest.raises(ProgrammingError, match="permission denied"), transaction():
            session.execute(query)

    def test_writes_nothing(self, lumen):
        with scope.all_tenants(), pytest.raises(ProgrammingError, match="permission denied"), transaction():
            session.execute(text("UPDATE tenant_roots SET slug = 'mine'"))

    def test_is_left_with_its_transaction(self, lumen):
        with scope.all_tenants(), transaction():
            session.scalars(select(TenantRoot.agency_id))
        with scope.of_agency(lumen.agency_id), transaction():
            assert session.scalar(text("SELECT current_user")) == "cartera_application"


class TestAStatementThatFails:
    def test_keeps_what_it_carried_out_of_its_error(self, lumen):
        with scope.of_agency(lumen.agency_id), pytest.raises(ProgrammingError) as failure, transaction():
            session.execute(text("SELECT * FROM nowhere WHERE code = :code"), {"code": "a secret"})

        assert "a secret" not in str(failure.value)
        assert isinstance(failure.value.orig, psycopg.errors.UndefinedTable)
