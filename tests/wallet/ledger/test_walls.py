import psycopg
import pytest

from agency.foundation.database.addresses import for_driver
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from tests.factories import tenants
from tests.factories.tenants import NOON
from tests.factories.wallet import posting
from wallet.ledger.chart import AccountKind
from wallet.ledger.operations import post
from wallet.ledger.queries import trial_balance


@pytest.mark.usefixtures("transfer")
class TestApplicationRole:
    @pytest.mark.parametrize(
        "statement", ["UPDATE transfers SET amount = 1", "DELETE FROM transfers", "TRUNCATE transfers"]
    )
    def test_it_only_adds_transfers(self, application, statement):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(statement)

    @pytest.mark.parametrize(
        "statement",
        [
            "DELETE FROM ledger_accounts",
            "UPDATE ledger_accounts SET kind = 'owed'",
            "UPDATE ledger_accounts SET currency = 'EUR'",
            "SELECT * FROM partitions.transfers_0",
        ],
    )
    def test_it_changes_nothing_of_an_account_but_its_sums(self, application, statement):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(statement)

    def test_it_cannot_take_a_wallet_below_zero(self, application):
        with pytest.raises(psycopg.errors.CheckViolation, match="credit_never_below_zero"):
            application.execute("UPDATE ledger_accounts SET debits_posted = 25000001 WHERE kind = 'purchased_credit'")

    @pytest.mark.parametrize("table", ["transfers", "ledger_accounts"])
    def test_it_sees_nothing_without_a_tenant(self, application, table):
        application.execute("SET LOCAL app.agency_id = ''")

        assert application.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)

    @pytest.mark.parametrize(("table", "rows"), [("transfers", 1), ("ledger_accounts", 3)])
    def test_it_sees_one_sub_account_when_narrowed(self, application, sub_account, table, rows):
        seen = application.execute(f"SELECT count(*) FROM {table}").fetchone()
        application.execute(f"SET LOCAL app.sub_account_id = '{sub_account.agency_id}'")

        assert seen == (rows,)
        assert application.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


class TestTenants:
    def test_another_agency_sees_no_transfer(self, transfer):
        other = tenants.agency(name="Other")

        with scope.of_agency(other.id), transaction():
            assert trial_balance() == []


@pytest.fixture
def transfer(of_agency, sub_account):
    with transaction():
        post([posting(sub_account, "25", credit=AccountKind.PURCHASED_CREDIT)], now=NOON)


@pytest.fixture
def application(settings, agency):
    """The application's own login, told its agency as every transaction is."""
    url = for_driver(settings.database_url)
    with psycopg.connect(url) as connection:
        connection.execute(f"SET LOCAL app.agency_id = '{agency.id}'")
        yield connection
        connection.rollback()
