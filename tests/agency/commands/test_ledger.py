"""``cartera ledger verify`` over wallets that have lived, and over each kind of damage that it must name."""

import pytest
from click.testing import CliRunner

from agency.commands import ledger
from agency.commands.main import cartera
from agency.foundation import ids
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from tests.factories import cards, funds, tenants
from tests.factories.wallet import granted, held

DAMAGES = {
    "UPDATE ledger_accounts SET credits_posted = credits_posted + 1 WHERE kind = 'revenue_usage'": (
        "credits posted of the revenue_usage account"
    ),
    "UPDATE ledger_accounts SET debits_pending = debits_pending + 1 WHERE kind = 'purchased_credit'": (
        "debits pending of the purchased_credit account"
    ),
    "UPDATE transfers SET amount = amount + 1 WHERE code = 'usage'": "debits posted of the purchased_credit account",
    "DELETE FROM transfers WHERE code = 'top_up'": "credits posted of the purchased_credit account",
    "UPDATE ledger_accounts SET debits_posted = debits_posted + 7 WHERE kind = 'card_clearing'": "the trial balance",
    "UPDATE credit_lots SET remaining = remaining - 1 WHERE kind = 'purchased' AND remaining > 0": (
        "the credit lots against the purchased_credit account"
    ),
    "UPDATE lot_uses SET amount = amount + 1": "what is left of the credit lot",
    "UPDATE wallet_transactions SET complimentary = complimentary + 1 WHERE kind = 'grant'": (
        "the history against the complimentary_credit account"
    ),
    "UPDATE held_credit SET amount = amount + 1": "what holds reserve of the credit lot",
    "UPDATE credit_lots SET charge_id = NULL": "the credit of the charge",
}


class TestVerify:
    def test_it_finds_nothing_in_wallets_that_have_lived(self, client, verify):
        result = verify()

        assert (result.exit_code, result.stdout) == (0, "1 agencies verified, 0 differences\n")
        assert result.stderr == ""

    @pytest.mark.parametrize("damage", DAMAGES)
    def test_it_names_what_was_damaged_and_fails(self, client, verify, owner, damage):
        assert owner.execute(damage).rowcount > 0

        result = verify()

        assert result.exit_code == 1
        assert f"{ids.encode('agy', client.agency_id)}: {DAMAGES[damage]}" in result.stderr

    def test_it_looks_at_one_agency_where_asked_to(self, client, verify, owner):
        healthy = tenants.agency(name="Norte")
        owner.execute("UPDATE lot_uses SET amount = amount + 1")

        result = verify("--agency", healthy.public_id)

        assert (result.exit_code, result.stdout) == (0, "1 agencies verified, 0 differences\n")


@pytest.fixture
def client(app, stripe):
    """Funds, a recharge, usage beyond the credit, a grant, a hold, a refund and a lost dispute."""
    opened = tenants.sub_account(tenants.agency())
    cards.card(opened)
    funds.added(opened, "25.00")
    funds.rule(opened, "25.00", threshold="10.00")
    funds.spent(opened, "30.00")
    funds.collected(opened)
    with scope.of_agency(opened.agency_id), transaction():
        granted(opened, "5")
        held(opened, "2")
    funds.refund_requested(opened, "3.00")
    funds.given_back(opened)
    funds.disputed(opened, "lost")
    return opened


@pytest.fixture
def verify(app, monkeypatch):
    """The command, in the process of the tests."""
    monkeypatch.setattr(ledger, "platform", lambda: app)
    return lambda *words: CliRunner().invoke(cartera, ["ledger", "verify", *words])
