import pytest

from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from tests.factories import tenants
from tests.factories.tenants import NOON
from tests.factories.wallet import dollars, posting
from wallet.ledger.chart import AccountKind
from wallet.ledger.checks import verify
from wallet.ledger.operations import post

UNAPPLIED, REVENUE = AccountKind.UNAPPLIED_CREDIT, AccountKind.REVENUE_USAGE


@pytest.mark.usefixtures("moves")
class TestVerify:
    def test_it_finds_nothing_where_all_agrees(self, of_agency):
        with transaction():
            assert verify(of_agency.id) == []

    @pytest.mark.parametrize("column", ["debits_posted", "credits_posted", "debits_pending", "credits_pending"])
    def test_it_names_a_sum_that_was_changed(self, of_agency, owner, column):
        owner.execute(f"UPDATE ledger_accounts SET {column} = {column} + 1 WHERE kind = 'revenue_usage'")

        with transaction():
            found = verify(of_agency.id)

        assert found[0].what == f"{column.replace('_', ' ')} of the revenue_usage account"

    def test_it_names_a_transfer_that_was_lost(self, of_agency, owner):
        owner.execute("DELETE FROM transfers WHERE code = 'top_up' AND amount = 25000000")

        with transaction():
            assert len(verify(of_agency.id)) == 2

    def test_it_names_a_capture_above_its_hold(self, of_agency, owner):
        owner.execute("UPDATE transfers SET amount = amount * 10 WHERE pending_id IS NOT NULL")

        with transaction():
            assert "the end of a pending transfer" in {difference.what for difference in verify(of_agency.id)}

    def test_it_names_credit_that_left_and_never_arrived(self, of_agency, sub_account):
        lost = posting(sub_account, "3", debit=UNAPPLIED, credit=AccountKind.MOVED_CREDIT)

        with transaction():
            post([lost], now=NOON)

            assert [str(difference) for difference in verify(of_agency.id)] == [
                "moved credit USD: 3.00 USD is stored, 0 was computed"
            ]

    def test_it_works_only_in_the_scope_of_the_agency(self, of_agency):
        with pytest.raises(scope.TenantMissing):
            verify(tenants.agency(name="Other").id)


@pytest.fixture
def moves(of_agency, sub_account):
    """A top-up, spending, a hold captured in part, a hold that stands."""
    spent = {"debit": UNAPPLIED, "credit": REVENUE}
    hold = posting(sub_account, "4", reserves_until=NOON, **spent)
    with transaction():
        post([posting(sub_account, "25", credit=UNAPPLIED), posting(sub_account, "5", **spent), hold], now=NOON)
        post([posting(sub_account, "2", reserves_until=NOON, **spent)], now=NOON)
        post([posting(sub_account, "3", ends=(hold.id, dollars("4")), **spent)], now=NOON)
