from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from tests.factories import funds
from wallet.ledger.checks import verify


class TestVerify:
    def test_it_names_a_settled_charge_without_its_credit(self, client, owner):
        owner.execute("UPDATE credit_lots SET charge_id = NULL")

        with scope.of_agency(client.agency_id), transaction():
            found = [str(difference) for difference in verify(client.agency_id)]

        assert any("the credit of the charge chg_" in words and "25.00 USD was computed" in words for words in found)

    def test_it_finds_nothing_where_all_is_well(self, client):
        funds.verified(client)
