from datetime import timedelta

import pytest

from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from agency.reports.queries.margin import margins, totals
from agency.reports.queries.wallets import wallet_lines, wallet_totals
from tests.factories import plans, subscriptions, tenants, wallet
from tests.factories.tenants import NOON
from wallet.ledger.chart import AccountKind
from wallet.ledger.codes import Code
from wallet.ledger.operations import post


@pytest.fixture
def lumen(app):
    return tenants.agency()


@pytest.fixture
def client(lumen):
    return tenants.sub_account(lumen)


def cost(of, amount):
    with scope.of_agency(of.agency_id), transaction():
        sides = (AccountKind.WHOLESALE_COST, AccountKind.WHOLESALE_PAYABLE)
        post([wallet.posting(of, amount, *sides, code=Code.WHOLESALE)], now=NOON)


class TestMargins:
    def test_are_what_was_brought_less_what_it_cost(self, lumen, client):
        subscriptions.subscription(client, plans.plan(lumen, monthly="100.00"))
        cost(client, "25.00")

        with scope.of_agency(lumen.id), transaction():
            (found,) = margins()

        assert (found.name, found.margin.plain(), str(found.rate)) == ("Dental Norte", "75.00", "0.750")
        assert found.revenue["plans"].plain() == "100.00"

    def test_leave_out_what_lies_outside_the_days(self, lumen, client):
        cost(client, "25.00")

        with scope.of_agency(lumen.id), transaction():
            assert margins(since=NOON + timedelta(seconds=1)) == []
            assert margins(until=NOON) == []

    def test_put_the_best_first_and_sum_to_the_totals(self, lumen, client):
        other = tenants.sub_account(lumen, name="Jacaranda")
        subscriptions.subscription(other, plans.plan(lumen, monthly="40.00"))
        cost(client, "10.00")

        with scope.of_agency(lumen.id), transaction():
            found = margins()

        assert [row.name for row in found] == ["Jacaranda", "Dental Norte"]
        assert [total.margin.plain() for total in totals(found)] == ["30.00"]


class TestWallets:
    def test_show_what_each_holds(self, lumen, client):
        with scope.of_agency(lumen.id), transaction():
            wallet.topped_up(client, "25.00")
            (line,) = wallet_lines()

            assert (line.balance.plain(), line.purchased.plain()) == ("25.00", "25.00")
            assert [total.balance.plain() for total in wallet_totals([line, line])] == ["50.00"]
