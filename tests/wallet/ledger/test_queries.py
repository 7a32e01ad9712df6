from datetime import timedelta

import pytest

from agency.foundation.database.session import transaction
from tests.factories.tenants import NOON
from tests.factories.wallet import account, dollars, posting
from wallet.ledger.chart import AccountKind
from wallet.ledger.operations import post
from wallet.ledger.queries import statement, trial_balance

PURCHASED, REVENUE = AccountKind.PURCHASED_CREDIT, AccountKind.REVENUE_USAGE


@pytest.mark.usefixtures("of_agency")
class TestStatement:
    def test_it_runs_from_opening_to_closing(self, sub_account, spending):
        found = statement(account(sub_account, PURCHASED))

        assert [str(line.balance) for line in found.lines] == ["25.00 USD", "20.00 USD", "17.00 USD"]
        assert (found.opening, found.closing) == (dollars("0"), dollars("17"))

    def test_a_cost_account_grows_by_debits(self, sub_account, spending):
        assert statement(account(sub_account, AccountKind.CARD_CLEARING)).closing == dollars("25")

    def test_a_range_opens_with_what_stood_before_it(self, sub_account, spending):
        found = statement(account(sub_account, PURCHASED), start=NOON + timedelta(days=1))

        assert (found.opening, len(found.lines), found.closing) == (dollars("25"), 2, dollars("17"))

    def test_a_quiet_range_closes_as_it_opened(self, sub_account, spending):
        found = statement(account(sub_account, PURCHASED), start=NOON + timedelta(days=30))

        assert (found.opening, found.lines, found.closing) == (dollars("17"), [], dollars("17"))

    def test_a_page_goes_on_where_the_last_one_closed(self, sub_account, spending):
        first = statement(account(sub_account, PURCHASED), limit=2)
        second = statement(account(sub_account, PURCHASED), limit=2, cursor=first.next_cursor)

        assert (second.opening, second.closing, second.next_cursor) == (first.closing, dollars("17"), None)


@pytest.mark.usefixtures("of_agency")
class TestTrialBalance:
    def test_debits_equal_credits(self, sub_account, spending):
        totals = trial_balance(sub_account_id=sub_account.id)

        assert sum(total.debits.micros for total in totals) == sum(total.credits.micros for total in totals)
        assert {total.kind: str(total.balance) for total in totals} == {
            AccountKind.CARD_CLEARING: "25.00 USD",
            PURCHASED: "17.00 USD",
            REVENUE: "8.00 USD",
            AccountKind.OWED: "0.00 USD",
        }


@pytest.fixture
def spending(of_agency, sub_account):
    with transaction():
        post([posting(sub_account, "25")], now=NOON)
        for day, amount in ((1, "5"), (2, "3")):
            post(
                [posting(sub_account, amount, debit=PURCHASED, credit=REVENUE)],
                now=NOON + timedelta(days=day),
            )
