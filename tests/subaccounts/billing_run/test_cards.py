"""A renewal whose card says no: the next card its person named, a later try, or the cardholder at their bank."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from agency.foundation import clock
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from subaccounts.billing_run import jobs
from subaccounts.billing_run.models import AmountDue
from subaccounts.invoices.operations.ending import write_off
from subaccounts.payments.jobs import DUE as UNCONFIRMED
from subaccounts.payments.models.payments import Payment
from subaccounts.subscriptions.models.subscriptions import Collection, Subscription
from tests import post
from tests.browsing import submit, visit
from tests.factories import cards, funds, plans, subscriptions, tenants
from wallet.charges.models import ChargeAttempt
from wallet.ledger.checks import verify
from wallet.payment_methods.operations import make_primary, name_backups

HOUR = timedelta(hours=1)
CARDS_MAX = 3


@pytest.fixture
def client(app, stripe):
    return tenants.sub_account(tenants.agency(), email="pagos@dentalnorte.example")


@pytest.fixture
def named(client):
    """Three cards, of which the first is the primary, the second a backup, and the third nothing of either."""
    primary, backup, other = (
        cards.card(client, behaviour) for behaviour in (cards.PAYS, "pm_card_mastercard", "pm_card_amex")
    )
    with scope.of_agency(client.agency_id), transaction():
        name_backups(primary.payer_id, [session.merge(backup)], by=OPERATOR, now=tenants.NOON)
    return primary, backup, other


class TestADecline:
    @pytest.mark.parametrize("code", ["stolen_card", "insufficient_funds"])
    def test_goes_to_the_next_named_card_at_once(self, client, named, stripe, code):
        refuses(stripe, named[0], code)

        billed(client)

        assert asked(client) == [(named[0].id, "declined"), (named[1].id, "settled")]
        assert standing(client) == ("active", "paid", "settled")

    def test_of_all_for_good_asks_no_card_nobody_named(self, client, named, stripe):
        for card in named[:2]:
            refuses(stripe, card, "stolen_card")

        billed(client)

        assert [card for card, _state in asked(client)] == [card.id for card in named[:2]]
        assert standing(client) == ("paused", "stopped", "declined")

    def test_is_tried_later_at_the_cards_that_may_pay_then(self, client, named, stripe):
        refuses(stripe, named[0], "stolen_card")
        refuses(stripe, named[1], "insufficient_funds")
        billed(client)

        waiting = standing(client)
        refuses(stripe, named[1], None)
        tried_again(client, now=tenants.NOON + HOUR)

        assert waiting == ("past_due", "retrying", "declined")
        assert [card for card, _state in asked(client)] == [named[0].id, named[1].id, named[1].id]
        assert standing(client) == ("active", "paid", "settled")


class TestABankThatAsks:
    @pytest.fixture
    def waiting(self, client, owner):
        """The link in the mail to the payer."""
        cards.card(client, cards.ASKS_ITS_BANK)
        billed(client, now=clock.wall())
        return post.link(owner, client.email)

    def test_is_answered_by_the_link_and_the_subscription_recovers(self, client, waiting, stripe, app):
        before = standing(client)
        browser = app.test_client()
        shown = visit(browser, waiting)

        confirmed(stripe, rows(client, ChargeAttempt)[-1])
        answer = submit(browser, waiting)

        assert "Confirm $97.00 with your bank" in shown.text
        assert answer.status_code == 302
        assert (before, standing(client)) == (
            ("past_due", "collecting", "needs_authentication"),
            ("active", "paid", "settled"),
        )
        assert "the invoice of your subscription is paid" in visit(browser, waiting).text
        assert clean(client)

    def test_not_answered_within_a_day_is_given_up(self, client, waiting, app):
        with scope.of_agency(client.agency_id):
            UNCONFIRMED.run_due(clock.wall() + timedelta(hours=25))
        funds.collected(client)

        assert standing(client) == ("paused", "stopped", "abandoned")
        assert "nothing to confirm any more" in visit(app.test_client(), waiting).text

    def test_given_up_is_paid_by_a_card_that_is_added(self, client, waiting):
        with scope.of_agency(client.agency_id):
            UNCONFIRMED.run_due(clock.wall() + timedelta(hours=25))
        funds.collected(client)

        new = cards.card(client, now=clock.wall())
        with scope.of_agency(client.agency_id), transaction():
            make_primary(session.merge(new), by=OPERATOR, now=tenants.NOON)
        tried_again(client, now=clock.wall() + HOUR)

        assert standing(client) == ("active", "paid", "settled")

    def test_knows_no_other_link(self, client, waiting, app):
        assert visit(app.test_client(), f"{waiting[:-3]}abc").status_code == 404


class TestAChargeInOtherHands:
    def test_is_withdrawn_by_a_job_once_nothing_is_left_to_pay(self, client, named, owner):
        subscriptions.subscription(client, plans.plan(funds.agency_of(client)), collection=Collection.CARD)
        [due] = rows(client, AmountDue)

        with owner.transaction(), scope.of_agency(client.agency_id), transaction():
            owner.execute("SELECT FROM charges FOR UPDATE")
            session.execute(text("SET LOCAL lock_timeout = '2s'"))
            write_off(due.id, reason="A gift", by=OPERATOR, now=tenants.NOON)
        before = standing(client)
        post.work(owner, "withdraw_charge")

        assert (before, standing(client)) == (("active", "paid", "processing"), ("active", "paid", "abandoned"))


def refuses(stripe, card, code):
    stripe.post(f"/payment_methods/{card.stripe_id}/decline", decline_code=code, times=99 if code else 0)


def billed(client, *, now=tenants.NOON):
    subscriptions.subscription(client, plans.plan(funds.agency_of(client)), collection=Collection.CARD, now=now)
    answered(client, now=now)


def answered(client, *, now):
    """Each card that is asked in this round."""
    for _card in range(CARDS_MAX):
        funds.collected(client, now=now)


def tried_again(client, *, now):
    with scope.of_agency(client.agency_id):
        jobs.run_retries(now)
    answered(client, now=now)


def rows(client, table):
    session.expunge_all()
    with scope.of_agency(client.agency_id), transaction():
        return session.scalars(select(table).order_by(table.id)).all()


def asked(client):
    return [(attempt.payment_method_id, attempt.state) for attempt in rows(client, ChargeAttempt)]


def confirmed(stripe, attempt):
    stripe.confirm(attempt.stripe_intent, attempt.stripe_card)
    stripe.authenticate(attempt.stripe_intent)


def standing(client):
    """The states of the subscription, of what is due, and of its payment."""
    return tuple(rows(client, table)[0].state for table in (Subscription, AmountDue, Payment))


def clean(client):
    with scope.of_agency(client.agency_id), transaction():
        return verify(client.agency_id) == []
