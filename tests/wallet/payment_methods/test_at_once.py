"""Several people change a payer's cards at once."""

import pytest

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.errors import NotFound
from agency.foundation.tenancy import scope
from tests.factories import cards, tenants
from tests.factories.tenants import NOON
from wallet.payment_methods.models import PaymentMethod
from wallet.payment_methods.operations import detach, make_primary, name_backups, toggle_backup
from wallet.stripe_gateway.client import ProcessorUnreachable


def remove(card):
    detach(card, confirmed=True, by=OPERATOR, now=NOON)


def charge_first(card):
    make_primary(card, by=OPERATOR, now=NOON)


class TestACard:
    @pytest.mark.parametrize("act", [remove, charge_first])
    def test_that_was_removed_meanwhile_is_not_there(self, card, owner, act):
        with scope.of_agency(card.agency_id), transaction():
            seen = session.get_one(PaymentMethod, (card.agency_id, card.id))
            owner.execute("UPDATE payment_methods SET detached_at = now()")

            with pytest.raises(NotFound):
                act(seen)

    def test_stands_behind_a_backup_that_was_named_meanwhile(self, sub_account, card, owner):
        first, second = (cards.card(sub_account, token) for token in ("pm_card_mastercard", "pm_card_amex"))

        with scope.of_agency(card.agency_id), transaction():
            seen = session.get_one(PaymentMethod, (card.agency_id, second.id))
            owner.execute("UPDATE payment_methods SET backup_order = 1 WHERE id = %s", [first.id])
            toggle_backup(seen, by=OPERATOR, now=NOON)

        named = owner.execute("SELECT id FROM payment_methods WHERE backup_order > 0 ORDER BY backup_order").fetchall()
        assert named == [(first.id,), (second.id,)]

    def test_is_guarded_and_can_be_charged_meanwhile(self, card, owner):
        with scope.of_agency(card.agency_id), transaction():
            name_backups(card.payer_id, [], by=OPERATOR, now=NOON)

            referred_to = owner.execute("SELECT count(*) FROM (SELECT 1 FROM payers FOR KEY SHARE SKIP LOCKED) p")
            changed = owner.execute("SELECT count(*) FROM (SELECT 1 FROM payers FOR UPDATE SKIP LOCKED) p")
            assert (referred_to.fetchone(), changed.fetchone()) == ((1,), (0,))


class TestAPayer:
    def test_that_is_named_anew_after_a_lost_answer_is_told_to_the_processor_so(self, sub_account, owner, stripe):
        stripe.fail("cut", path="/v1/customers", when="after")
        with pytest.raises(ProcessorUnreachable):
            cards.card(sub_account)
        owner.execute("UPDATE billing_accounts SET legal_name = 'Norte S.A.'")

        cards.card(sub_account)

        assert stripe.requests("/v1/customers")[-1]["body"]["name"] == "Norte S.A."


@pytest.fixture
def sub_account(app, stripe):
    return tenants.sub_account(tenants.agency())


@pytest.fixture
def card(sub_account):
    return cards.card(sub_account)
