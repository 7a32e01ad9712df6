import subprocess
import sys

import psycopg
import pytest

from agency.foundation.database import schema
from agency.foundation.database.addresses import for_driver
from agency.foundation.database.roles import WrongLogin, ensure_inspector, ensure_roles
from tests.architecture.sources import ROOT
from tests.servers import create_database


@pytest.fixture
def empty_database(addresses, worker_number):
    """Owner's and application's URL of a database without a table."""
    name = f"cartera_empty_{worker_number}"
    create_database(addresses, name)
    return addresses.of_database(name)


class TestUpgrade:
    @pytest.mark.slow
    def test_may_be_run_by_two_at_once(self, empty_database):
        code = "import sys; from agency.foundation.database import schema; schema.upgrade(*sys.argv[1:])"
        both = [subprocess.Popen([sys.executable, "-c", code, *empty_database], cwd=ROOT) for _ in range(2)]

        assert [each.wait(60) for each in both] == [0, 0]
        assert schema.differences(empty_database[0]) == []

    def test_that_has_not_run_is_noticed(self, empty_database):
        assert ("behind", None) in schema.differences(empty_database[0])


class TestEnsureRoles:
    def test_may_be_run_again(self, owner, settings):
        ensure_roles(owner, settings.database_url)
        ensure_roles(owner, settings.database_url)

        with psycopg.connect(for_driver(settings.database_url)) as application:
            assert application.execute("SELECT current_user").fetchone() == ("cartera_application",)

    def test_refuses_another_login_which_walls_would_not_hold(self, owner, settings):
        with pytest.raises(WrongLogin, match="postgres"):
            ensure_roles(owner, "postgresql://postgres:x@localhost/cartera")


class TestEnsureInspector:
    def test_reads_every_tenant_and_writes_nothing(self, owner, settings, lumen, ember):
        ensure_inspector(owner, "cartera_inspector", "look")
        url = for_driver(settings.database_url).replace("cartera_application", "cartera_inspector")

        with psycopg.connect(psycopg.conninfo.make_conninfo(url, password="look"), autocommit=True) as inspector:
            assert inspector.execute("SELECT count(*) FROM agencies").fetchone() == (2,)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                inspector.execute("DELETE FROM agencies")
        owner.execute("DROP OWNED BY cartera_inspector; DROP ROLE cartera_inspector")
