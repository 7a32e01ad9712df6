from concurrent.futures import ThreadPoolExecutor

import pytest

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from agency.tenants import queries
from agency.tenants.models import SubAccountState, SuspensionKind
from agency.tenants.operations.sub_accounts import SubAccountClosed
from agency.tenants.operations.suspensions import AlreadySuspended, NotSuspended, end_suspension, suspend
from tests.factories import tenants
from tests.factories.tenants import NOON

PAUSE, CLOSURE = SuspensionKind.PAUSE, SuspensionKind.CLOSURE


@pytest.fixture
def sub_account(app):
    return tenants.sub_account(tenants.agency())


def begin(sub_account, kind):
    with scope.of_agency(sub_account.agency_id), transaction():
        suspend(queries.sub_account(sub_account.id), kind, reason="Unpaid since March", by=OPERATOR, now=NOON)


def end(sub_account, kind):
    with scope.of_agency(sub_account.agency_id), transaction():
        end_suspension(queries.sub_account(sub_account.id), kind, by=OPERATOR, now=NOON)


def state(sub_account):
    with scope.of_agency(sub_account.agency_id):
        session.expire_all()
        return queries.sub_account(sub_account.id).state


class TestSuspending:
    @pytest.mark.parametrize(("kind", "expected"), [(PAUSE, "paused"), (CLOSURE, "closed")])
    def test_gives_the_state_its_name(self, sub_account, kind, expected):
        begin(sub_account, kind)

        assert state(sub_account) == expected

    def test_closes_a_paused_one(self, sub_account):
        begin(sub_account, PAUSE)

        begin(sub_account, CLOSURE)

        assert state(sub_account) is SubAccountState.CLOSED

    def test_never_pauses_a_closed_one(self, sub_account):
        begin(sub_account, CLOSURE)

        with pytest.raises(SubAccountClosed):
            begin(sub_account, PAUSE)

    def test_keeps_the_reason_in_the_log(self, sub_account, owner):
        begin(sub_account, PAUSE)

        row = owner.execute("SELECT after FROM audit_entries WHERE action = 'sub_account.paused'").fetchone()
        assert row == ({"reason": "Unpaid since March"},)

    def test_is_done_by_one_of_many_at_once(self, sub_account, owner):
        def attempt(_number):
            try:
                begin(sub_account, PAUSE)
            except AlreadySuspended:
                return False
            finally:
                session.remove()
            return True

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(attempt, range(4))) == 1

        assert owner.execute("SELECT count(*) FROM sub_account_suspensions").fetchone() == (1,)


class TestEnding:
    def test_resumes(self, sub_account):
        begin(sub_account, PAUSE)

        end(sub_account, PAUSE)

        assert state(sub_account) is SubAccountState.ACTIVE

    def test_brings_the_pause_under_a_closure_to_light(self, sub_account):
        begin(sub_account, PAUSE)
        begin(sub_account, CLOSURE)

        end(sub_account, CLOSURE)

        assert state(sub_account) is SubAccountState.PAUSED

    def test_leaves_a_closed_one_closed_when_its_pause_ends(self, sub_account):
        begin(sub_account, PAUSE)
        begin(sub_account, CLOSURE)

        end(sub_account, PAUSE)

        assert state(sub_account) is SubAccountState.CLOSED

    def test_refuses_where_nothing_is_to_end(self, sub_account):
        with pytest.raises(NotSuspended):
            end(sub_account, PAUSE)

    def test_keeps_what_was(self, sub_account):
        begin(sub_account, PAUSE)
        end(sub_account, PAUSE)
        begin(sub_account, PAUSE)

        with scope.of_agency(sub_account.agency_id):
            kept = queries.suspensions(sub_account)

        assert [each.ended_at is None for each in kept] == [True, False]
