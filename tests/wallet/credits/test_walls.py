import psycopg
import pytest

from agency.foundation.database.addresses import for_driver
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from tests.factories import tenants
from tests.factories.tenants import NOON
from tests.factories.wallet import granted, held, spent, topped_up, wallet_of
from wallet.credits import queries

TABLES = ["credit_lots", "lot_uses", "wallet_transactions", "daily_spending", "holds", "held_credit"]


@pytest.mark.usefixtures("history")
class TestApplicationRole:
    @pytest.mark.parametrize("table", ["wallet_transactions", "lot_uses", "held_credit"])
    @pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET sub_account_id = agency_id"])
    def test_history_is_only_added_to(self, application, table, statement):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(statement.format(table))

    @pytest.mark.parametrize("column", ["granted", "kind", "sub_account_id", "charge_id", "expires_at"])
    def test_a_lot_keeps_its_terms(self, application, column):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(f"UPDATE credit_lots SET {column} = {column}")

    @pytest.mark.parametrize(
        "change", ["remaining = granted + 1", "held = remaining + 1", "held = -1", "remaining = -1, held = 0"]
    )
    def test_a_lot_never_holds_more_than_it_has(self, application, change):
        with pytest.raises(psycopg.errors.CheckViolation):
            application.execute(f"UPDATE credit_lots SET {change}")

    @pytest.mark.parametrize("table", TABLES)
    def test_a_sub_account_sees_its_own_rows_alone(self, application, sub_account, table):
        application.execute(f"SET LOCAL app.sub_account_id = '{sub_account.id}'")
        mine = application.execute(f"SELECT count(*) FROM {table}").fetchone()
        application.execute(f"SET LOCAL app.sub_account_id = '{sub_account.agency_id}'")
        foreign = application.execute(f"SELECT count(*) FROM {table}").fetchone()

        assert mine[0] > 0
        assert foreign == (0,)


@pytest.mark.usefixtures("history")
def test_another_agency_finds_an_empty_wallet(sub_account):
    other = tenants.agency(name="Other")

    with scope.of_agency(other.id), transaction():
        assert queries.unspent_lots(wallet_of(sub_account)) == []
        assert not queries.balance(sub_account, now=NOON).balance


@pytest.fixture
def history(of_agency, sub_account):
    with transaction():
        topped_up(sub_account, "25")
        granted(sub_account, "5")
        spent(sub_account, "8")
        held(sub_account, "3")


@pytest.fixture
def application(settings, agency):
    """The application's own login, told its agency as every transaction is."""
    with psycopg.connect(for_driver(settings.database_url)) as connection:
        connection.execute(f"SET LOCAL app.agency_id = '{agency.id}'")
        yield connection
        connection.rollback()
