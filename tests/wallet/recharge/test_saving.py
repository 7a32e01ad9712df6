import pytest

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.errors import NotFound
from agency.foundation.tenancy import scope
from tests.factories import cards, funds, tenants
from tests.factories.tenants import NOON
from tests.together import beside
from wallet.credits.queries import wallet_of
from wallet.payment_methods.operations import CardStillNeeded
from wallet.recharge.operations.saving import ChargesNow, NoCardToCharge, remove_rule
from wallet.recharge.rules.terms import RuleRefused


class TestSaving:
    def test_it_keeps_what_was_agreed_to_by_whom_and_when(self, client):
        saved = funds.rule(client, "25.00", threshold="10.00")

        assert "charged $25.00, and never more than $250.00 a month" in saved.consent_text
        assert (saved.consented_by, saved.consented_at) == ("cartera", NOON)

    def test_it_says_what_would_be_charged_now_and_stores_nothing(self, client):
        funds.spent(client, "20.00")

        with pytest.raises(ChargesNow) as refused:
            funds.rule(client, "25.00", threshold="10.00")

        assert "you will be charged $25.00 now" in str(refused.value)
        assert funds.recharges(client) == []

    def test_confirmed_it_charges_at_once(self, client):
        funds.spent(client, "20.00")

        funds.rule(client, "25.00", threshold="10.00", confirm=True)
        funds.collected(client)

        assert funds.balance_of(client) == funds.dollars("30.00")

    def test_it_names_every_fault(self, client):
        with pytest.raises(RuleRefused) as refused:
            funds.rule(client, "1.00", threshold="10.00", monthly_cap=funds.dollars("0.50"))

        assert set(refused.value.errors) == {"amount", "monthly_cap"}

    def test_it_needs_a_card(self, app, stripe):
        with pytest.raises(NoCardToCharge):
            funds.rule(tenants.sub_account(tenants.agency()), "25.00")

    def test_a_card_of_another_customer_is_not_there(self, client):
        with scope.of_agency(client.agency_id):
            foreign = cards.card(tenants.sub_account(tenants.agency()))

        with pytest.raises(NotFound):
            funds.rule(client, "25.00", cards=(foreign.id,))


class TestEnding:
    def test_it_withdraws_what_was_not_sent_yet(self, client, stripe):
        funds.rule(client, "25.00", threshold="10.00")
        funds.spent(client, "20.00")

        ended(client)
        funds.collected(client)

        assert funds.recharges(client)[0].state == "abandoned"
        assert len(stripe.charged()) == 1

    def test_it_withdraws_what_fires_at_the_same_moment(self, client, stripe):
        funds.rule(client, "25.00", threshold="10.00")

        with beside(client.agency_id, lambda: funds.spent(client, "20.00")):
            ended(client)
        funds.collected(client)

        assert [recharge.state for recharge in funds.recharges(client)] == ["abandoned"]
        assert (len(stripe.charged()), funds.balance_of(client)) == (1, funds.dollars("5.00"))

    def test_who_looks_at_the_wallet_meanwhile_finds_nothing_to_do(self, client, owner):
        funds.rule(client, "25.00", threshold="10.00")
        owner.execute("UPDATE recharge_rules SET threshold_micros = 25000000")

        with beside(client.agency_id, lambda: ended(client)):
            funds.swept(client)

        assert funds.recharges(client) == []


class TestACardForARuleThatHasNone:
    def test_is_charged_from_now_on(self, client):
        funds.rule(client, "25.00", threshold="10.00", cards=(funds.cards_of(client)[0].id,))
        funds.removed_card(client, confirmed=True)
        funds.spent(client, "20.00")
        assert funds.reasons(client)[-1] == "no_card"

        added = cards.card(client, "pm_card_mastercard")

        assert funds.named_cards(client) == [added.id]
        assert funds.reasons(client)[-1] == "fired"


class TestRemovingACard:
    def test_the_last_card_of_a_rule_asks_first(self, client):
        funds.rule(client, "25.00", threshold="10.00")

        with pytest.raises(CardStillNeeded):
            funds.removed_card(client, confirmed=False)


def ended(of):
    with scope.of_agency(of.agency_id), transaction():
        remove_rule(wallet_of(of), by=OPERATOR, now=NOON)
