from datetime import timedelta

import pytest

from agency.foundation import ids
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from tests.factories import tenants
from tests.factories.tenants import NOON
from tests.factories.wallet import (
    account,
    balance,
    dollars,
    granted,
    held,
    left,
    posting,
    spent,
    standing,
    topped_up,
    wish,
)
from wallet.credits.events import BalanceFell
from wallet.credits.history import lots_of
from wallet.credits.operations.caps import set_overdraft
from wallet.credits.operations.debits import charge, debit
from wallet.credits.operations.guard import InsufficientFunds
from wallet.ledger import queries as ledger
from wallet.ledger.chart import AccountKey, AccountKind
from wallet.ledger.codes import Code

TAX, USAGE = AccountKind.TAX_PAYABLE, AccountKind.REVENUE_USAGE


@pytest.mark.usefixtures("of_agency")
class TestDebit:
    def test_it_burns_complimentary_before_purchased_credit(self, sub_account):
        with transaction():
            topped_up(sub_account, "25", description="bought")
            granted(sub_account, "5", description="given")
            row = spent(sub_account, "8")

            assert (row.complimentary_change, row.purchased_change) == (dollars("-5"), dollars("-3"))
            assert left(sub_account) == {"bought": "22.00", "given": "0.00"}

    def test_it_burns_what_expires_first(self, sub_account):
        with transaction():
            granted(sub_account, "5", description="late", expires_at=NOON + timedelta(days=30))
            granted(sub_account, "5", description="soon", expires_at=NOON + timedelta(days=10))
            spent(sub_account, "6")

            assert left(sub_account) == {"late": "4.00", "soon": "0.00"}

    def test_a_lower_priority_number_burns_first_of_all(self, sub_account):
        with transaction():
            granted(sub_account, "5", description="second", expires_at=NOON + timedelta(days=1))
            granted(sub_account, "5", description="first", priority=-1)
            spent(sub_account, "5")

            assert left(sub_account) == {"second": "5.00", "first": "0.00"}

    def test_a_lot_bound_to_meters_pays_for_these_alone(self, sub_account):
        with transaction():
            granted(sub_account, "5", description="calls", meters=frozenset({"calls"}))
            granted(sub_account, "5", description="any")
            spent(sub_account, "3", meter="sms")
            spent(sub_account, "2", meter="calls")

            assert left(sub_account) == {"calls": "3.00", "any": "2.00"}

    def test_it_records_the_lots_that_paid(self, sub_account):
        with transaction():
            topped_up(sub_account, "25")
            granted(sub_account, "5")
            row = spent(sub_account, "8")
            shares = lots_of([row.id])[row.id]

        assert sorted((share.lot.kind.value, str(share.amount)) for share in shares) == [
            ("complimentary", "5.00 USD"),
            ("purchased", "3.00 USD"),
        ]

    def test_past_work_beyond_zero_is_owed(self, sub_account):
        with transaction():
            topped_up(sub_account, "5")
            row = spent(sub_account, "8")

            assert (row.owed_change, row.balance) == (dollars("3"), dollars("-3"))
            assert ledger.balance(account(sub_account, AccountKind.OWED)) == dollars("3")

    def test_it_leaves_what_is_held(self, sub_account):
        with transaction():
            topped_up(sub_account, "10")
            held(sub_account, "6")
            row = spent(sub_account, "5")

            assert (row.purchased_change, row.owed_change) == (dollars("-4"), dollars("1"))

    def test_its_tax_goes_to_the_tax_account(self, sub_account):
        shares = ((account(sub_account, USAGE), dollars("8")), (account(sub_account, TAX), dollars("1.68")))

        with transaction():
            topped_up(sub_account, "5")
            granted(sub_account, "2")
            spent(sub_account, "9.68", credits=shares)

            assert ledger.balances([key for key, _ in shares]) == dict(shares)

    def test_its_credits_sum_to_its_amount(self, sub_account):
        with pytest.raises(ValueError, match="sum to its amount"):
            wish(sub_account, "9", credits=((account(sub_account, TAX), dollars("1")),))

    @pytest.mark.parametrize("amount", ["0", "-1"])
    def test_it_takes_something(self, sub_account, amount):
        with pytest.raises(ValueError, match="takes something"):
            wish(sub_account, amount)

    def test_cost_is_booked_in_the_same_act(self, sub_account):
        cost = posting(sub_account, "0.40", debit=AccountKind.WHOLESALE_COST, credit=AccountKind.WHOLESALE_PAYABLE)

        with transaction():
            spent(sub_account, "1", alongside=(cost,))

            assert ledger.balance(account(sub_account, AccountKind.WHOLESALE_COST)) == dollars("0.40")

    def test_a_share_goes_to_a_publisher(self, sub_account):
        publisher = AccountKey(
            AccountKind.DEVELOPER_PAYABLE, sub_account.id, "USD", owner_type="publisher", owner_id=ids.new_id()
        )

        with transaction():
            spent(sub_account, "1", credits=((publisher, dollars("1")),))

            assert ledger.balance(publisher) == dollars("1")

    def test_thousands_of_wallets_are_debited_at_once(self, agency, sub_account):
        other = tenants.sub_account(agency, name="Other")

        with transaction():
            topped_up(sub_account, "25")
            rows = debit([wish(sub_account if number % 2 else other, "0.0083") for number in range(2000)], now=NOON)

            assert len(rows) == 2000
            assert (balance(sub_account), balance(other)) == ("16.70 USD", "-8.30 USD")

    def test_the_balance_after_each_runs_through_a_batch(self, sub_account):
        with transaction():
            topped_up(sub_account, "10")
            rows = debit([wish(sub_account, "3"), wish(sub_account, "4")], now=NOON)

        assert [str(row.balance) for row in rows] == ["7.00 USD", "3.00 USD"]

    def test_it_tells_once_which_wallets_fell(self, agency, sub_account, heard):
        other = tenants.sub_account(agency, name="Other")

        with transaction():
            granted(sub_account, "10")
            debit([wish(sub_account, "3"), wish(sub_account, "4"), wish(other, "1")], now=NOON)

        [event] = [event for event in heard if isinstance(event, BalanceFell)]
        assert {fall.sub_account_id: (str(fall.before), str(fall.after)) for fall in event.falls} == {
            sub_account.id: ("10.00 USD", "3.00 USD"),
            other.id: ("0.00 USD", "-1.00 USD"),
        }

    def test_what_only_bound_credit_paid_is_no_fall(self, sub_account, heard):
        with transaction():
            granted(sub_account, "10", meters=frozenset({"calls"}))
            spent(sub_account, "3", meter="calls")

        assert not [event for event in heard if isinstance(event, BalanceFell)]


@pytest.mark.usefixtures("of_agency")
class TestCharge:
    def test_it_spends_to_the_last_micro(self, sub_account):
        with transaction():
            topped_up(sub_account, "5")
            charge(wish(sub_account, "5", kind=Code.CHARGE), now=NOON)

            assert balance(sub_account) == "0.00 USD"

    def test_it_is_refused_a_micro_beyond(self, sub_account):
        with transaction():
            topped_up(sub_account, "5")

        with (
            pytest.raises(InsufficientFunds, match=r"\$5\.00 available, and this needs \$5\.000001"),
            transaction(),
        ):
            charge(wish(sub_account, "5.000001"), now=NOON)

    def test_what_is_owed_is_not_available(self, sub_account):
        with transaction():
            spent(sub_account, "3")
            granted(sub_account, "5")

            assert standing(sub_account).available(now=NOON) == dollars("2")

    def test_expired_credit_is_not_available(self, sub_account):
        with transaction():
            granted(sub_account, "5", expires_at=NOON + timedelta(days=1))

        with pytest.raises(InsufficientFunds), transaction():
            charge(wish(sub_account, "1"), now=NOON + timedelta(days=1))

    def test_credit_bound_to_its_meter_counts_for_it(self, sub_account):
        with transaction():
            granted(sub_account, "5", meters=frozenset({"calls"}))
            charge(wish(sub_account, "4", meter="calls"), now=NOON)

        with pytest.raises(InsufficientFunds), transaction():
            charge(wish(sub_account, "1", meter="sms"), now=NOON)

    def test_an_overdraft_lets_new_work_owe(self, sub_account):
        with transaction():
            set_overdraft(sub_account, dollars("2"), by=OPERATOR, now=NOON)
            charge(wish(sub_account, "2"), now=NOON)

        with pytest.raises(InsufficientFunds), transaction():
            charge(wish(sub_account, "0.000001"), now=NOON)
