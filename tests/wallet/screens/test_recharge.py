from datetime import timedelta

import pytest

from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from agency.staff.roles import Role
from tests import browsing
from tests.factories import cards, funds, wallet
from wallet.credits.queries import wallet_of
from wallet.recharge.models import PauseReason
from wallet.recharge.operations.pauses import pause
from wallet.recharge.queries import rule_of

TERMS = {"threshold": "10", "by": "amount", "amount": "25", "consented": "1"}


@pytest.fixture
def card(stripe, client_account, now):
    return cards.card(client_account, now=now)


@pytest.fixture
def full(inside, client_account, now):
    with inside():
        wallet.topped_up(client_account, "50.00", now=now - timedelta(days=30))


@pytest.fixture
def form(panel):
    return f"{panel}/recharge/rule"


@pytest.fixture
def saved(agency, client_account):
    """The rule as it stands."""

    def read():
        with scope.of_agency(agency.id), transaction():
            found = rule_of(wallet_of(client_account))
            return found and (found.terms, found.consented_by, found.consent_text, len(found.card_ids))

    return read


class TestSettingARule:
    def test_keeps_terms_and_consent(self, card, full, saved, owner_of_panel, form):
        answer = browsing.submit(owner_of_panel, form, **TERMS, first_card=card.public_id)

        terms, who, words, cards_named = saved()
        assert answer.status_code == 302
        assert (str(terms.threshold), str(terms.amount), str(terms.monthly_cap)) == (
            "10.00 USD",
            "25.00 USD",
            "250.00 USD",
        )
        assert (who, cards_named) == ("Ana Ruiz", 1)
        assert "may be charged by themselves" in words

    def test_asks_before_it_would_charge_at_once(self, card, stripe, saved, owner_of_panel, form):
        page = browsing.submit(owner_of_panel, form, **TERMS)

        assert "you will be charged $25.00 now" in page.text
        assert "Save and charge now" in page.text
        assert saved() is None

    def test_saves_and_charges_once_that_is_confirmed(self, card, saved, client_account, owner_of_panel, form):
        answer = browsing.submit(owner_of_panel, form, **TERMS, confirm="1")
        funds.collected(client_account)

        assert answer.status_code == 302
        assert saved() is not None
        assert str(funds.balance_of(client_account)) == "25.00 USD"

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"threshold": ""}, "This field is needed."),
            ({"threshold": "ten"}, "Write an amount such as 25.50."),
            ({"amount": ""}, "This field is needed."),
            ({"by": "target", "target": "5"}, "The balance to restore to must be above the threshold."),
            ({"amount": "4"}, "One recharge is between"),
            ({"monthly_cap": "20"}, "The monthly cap must allow at least one recharge"),
            ({"by": "magic"}, "Choose one from the list."),
            ({"consented": ""}, "Nothing is charged by itself without this."),
        ],
    )
    @pytest.mark.usefixtures("card", "full")
    def test_says_what_is_wrong_and_saves_nothing(self, saved, owner_of_panel, form, wrong, said):
        page = browsing.submit(owner_of_panel, form, **TERMS | wrong)

        assert page.status_code == 422
        assert said in page.text
        assert saved() is None

    def test_needs_a_card(self, owner_of_panel, form):
        assert "Add a card first" in browsing.visit(owner_of_panel, form).text

    def test_is_not_for_viewers(self, visitor, form):
        assert browsing.visit(visitor(Role.VIEWER), form).status_code == 403


@pytest.fixture
def armed(card, full, client_account, now):
    return funds.rule(client_account, now=now - timedelta(days=2))


@pytest.fixture
def paused(armed, inside, client_account, now):
    with inside():
        pause(wallet_of(client_account), PauseReason.REFUSED, now=now)


class TestTheRuleCard:
    def test_says_what_holds(self, armed, owner_of_panel, panel):
        shown = browsing.visit(owner_of_panel, f"{panel}/recharge").text

        assert "When the balance is at or below $10.00, $25.00 is added." in shown
        assert "$0.00 of $250.00" in shown

    @pytest.mark.usefixtures("paused")
    def test_never_says_on_while_it_is_paused(self, owner_of_panel, panel):
        shown = browsing.visit(owner_of_panel, panel).text

        assert "Auto-recharge is paused" in shown
        assert "Add another card: it resumes at once." in shown
        assert "</svg>On</span>" not in shown

    def test_is_switched_off_by_one_press(self, armed, saved, owner_of_panel, panel):
        browsing.submit(owner_of_panel, f"{panel}/recharge/end", page=f"{panel}/recharge")

        assert saved() is None
        assert "Auto-recharge is off" in browsing.visit(owner_of_panel, f"{panel}/recharge").text

    def test_lists_why_it_charged_and_why_not(self, armed, client_account, owner_of_panel, panel, now):
        funds.spent(client_account, "5.00", now=now - timedelta(days=1))
        funds.spent(client_account, "36.00", now=now)

        shown = browsing.visit(owner_of_panel, f"{panel}/recharge").text

        assert "Above the threshold" in shown
        assert "</svg>Charged</span>" in shown


@pytest.fixture
def spent_daily(full, inside, client_account, now):
    """$4.00 on each of the last 20 days."""
    with inside():
        for day in range(20, 0, -1):
            wallet.spent(client_account, "4.00", now=now - timedelta(days=day))


class TestTheSimulation:
    @pytest.mark.usefixtures("spent_daily")
    def test_plays_the_rule_on_what_was_spent(self, visitor, panel):
        page = browsing.visit(visitor(Role.VIEWER), f"{panel}/recharge/simulation?threshold=10&by=amount&amount=25")

        assert page.status_code == 200
        assert page.text.count('<td role="cell" data-label="Charged"') == 2
        assert "Balance at the end of each day" in page.text

    def test_begins_with_a_sensible_rule(self, full, owner_of_panel, panel):
        assert "It would not have charged" in browsing.visit(owner_of_panel, f"{panel}/recharge/simulation").text

    @pytest.mark.parametrize("query", ["threshold=x&by=amount&amount=25", "threshold=10&by=target", "threshold=10"])
    def test_says_what_is_wrong_with_the_rule(self, full, owner_of_panel, panel, query):
        page = browsing.visit(owner_of_panel, f"{panel}/recharge/simulation?{query}")

        assert page.status_code == 422
        assert "This rule cannot be tried" in page.text
