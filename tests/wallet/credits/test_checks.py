import pytest

from agency.foundation.database.session import transaction
from tests.factories.wallet import granted, held, spent, topped_up
from wallet.ledger.checks import verify


@pytest.mark.usefixtures("history")
class TestVerify:
    def test_it_finds_nothing_where_all_agrees(self, of_agency):
        with transaction():
            assert verify(of_agency.id) == []

    @pytest.mark.parametrize(
        ("statement", "what"),
        [
            (
                "UPDATE credit_lots SET remaining = remaining - 1, held = 0 WHERE kind = 'purchased'",
                "the credit lots against the purchased_credit account of",
            ),
            ("UPDATE lot_uses SET amount = amount + 1", "what is left of the credit lot"),
            (
                "UPDATE wallet_transactions SET purchased = purchased + 1 WHERE kind = 'top_up'",
                "the history against the purchased_credit account of",
            ),
            (
                "UPDATE wallet_transactions SET owed = owed + 1 WHERE kind = 'top_up'",
                "the history against the owed account of",
            ),
            ("UPDATE held_credit SET amount = amount + 1", "what holds reserve of the credit lot"),
        ],
    )
    def test_it_names_what_was_changed(self, of_agency, owner, statement, what):
        owner.execute(statement)

        with transaction():
            assert what in {difference.what for difference in verify(of_agency.id)}


@pytest.fixture
def history(of_agency, sub_account):
    with transaction():
        topped_up(sub_account, "25")
        granted(sub_account, "5")
        spent(sub_account, "8")
        held(sub_account, "3")
