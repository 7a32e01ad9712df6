"""Usage of a subscription that has ended is billed though nothing renews any more."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from agency.foundation.database.session import session, transaction
from agency.foundation.due import sources
from agency.foundation.tenancy import scope
from subaccounts.billing_run import jobs
from subaccounts.billing_run.operations import running
from subaccounts.billing_run.queries import parked_clients
from subaccounts.invoices.models.invoices import Invoice, InvoiceLine
from subaccounts.subscriptions.rules.conventions import TakesEffect
from tests.factories import plans, subscriptions, tenants, usage
from tests.factories.tenants import NOON

LEFT = NOON + timedelta(days=10)
HOUR = timedelta(hours=1)
# Subscribed on the second of March in Chicago.
PERIOD_END = datetime(2026, 4, 2, 5, tzinfo=UTC)
NEXT_PERIOD_END = datetime(2026, 5, 2, 5, tzinfo=UTC)


@pytest.fixture
def agency(app):
    return tenants.agency(is_sandbox=True)


@pytest.fixture
def client(agency):
    return tenants.sub_account(agency)


@pytest.fixture
def plan(agency):
    plan = plans.plan(agency)
    plans.price(plan, plans.per_unit("0.10"), meter="emails")
    return plan


@pytest.fixture
def subscribed(client, plan):
    """Ten e-mails of it wait for its next bill."""
    row = subscriptions.subscription(client, plan)
    sent(client)
    return row


def sent(client, *, at=NOON, now=NOON):
    usage.used(client, usage.event(client, "emails", "10", at=at), now=now)
    usage.rated(client, now=now)


def billed(agency, now):
    """What the schedule does then; done twice for the same."""
    for _twice in range(2):
        session.expunge_all()
        with scope.of_agency(agency.id):
            running.run(now)
            jobs.run_last_usage(now)
    usage.verified(agency)


def lines(agency):
    """Of usage, by their invoice: amount, first day, and the day after the last."""
    with scope.of_agency(agency.id), transaction():
        rows = session.scalars(select(InvoiceLine).order_by(InvoiceLine.id)).all()
        used = [row for row in rows if row.source["type"] == "usage"]
        return [(row.amount.plain(), row.source["period_start"], row.source["period_end"]) for row in used]


def invoices(agency):
    with scope.of_agency(agency.id), transaction():
        return [row.total.plain() for row in session.scalars(select(Invoice).order_by(Invoice.id))]


def due(agency):
    with scope.of_agency(agency.id):
        return [each.at for each in sources.planned() if each.source.name == "last usage"]


class TestLastUsage:
    def test_is_invoiced_an_hour_after_the_end(self, agency, subscribed):
        subscriptions.canceled(subscribed, now=LEFT)

        billed(agency, LEFT + HOUR - timedelta(seconds=1))
        assert (lines(agency), due(agency)) == ([], [LEFT + HOUR])

        billed(agency, LEFT + HOUR)

        assert lines(agency) == [("1.00", "2026-03-02", "2026-03-12")]
        assert (invoices(agency), due(agency)) == (["97.00", "1.00"], [])

    def test_is_invoiced_where_the_subscription_ends_with_its_period(self, agency, subscribed):
        subscriptions.canceled(subscribed, TakesEffect.PERIOD_END, now=LEFT)

        billed(agency, PERIOD_END + HOUR)

        assert lines(agency) == [("1.00", "2026-03-02", "2026-04-02")]

    def test_that_comes_within_the_hour_is_on_the_same_invoice(self, agency, client, subscribed):
        subscriptions.canceled(subscribed, now=LEFT)
        sent(client, at=LEFT - HOUR, now=LEFT + HOUR / 2)

        billed(agency, LEFT + HOUR)

        assert lines(agency) == [("2.00", "2026-03-02", "2026-03-12")]

    def test_that_comes_late_is_invoiced_with_the_period_after(self, agency, client, subscribed):
        subscriptions.canceled(subscribed, now=LEFT)
        billed(agency, LEFT + HOUR)

        sent(client, at=LEFT - HOUR, now=LEFT + 2 * HOUR)

        assert due(agency) == [NEXT_PERIOD_END + HOUR]
        billed(agency, NEXT_PERIOD_END + HOUR)
        assert [amount for amount, *_days in lines(agency)] == ["1.00", "1.00"]

    def test_that_comes_late_and_first_is_invoiced_at_once(self, agency, client, plan):
        row = subscriptions.subscription(client, plan)
        subscriptions.canceled(row, now=LEFT)
        sent(client, at=NOON, now=LEFT + 2 * HOUR)

        billed(agency, LEFT + 2 * HOUR)

        assert lines(agency) == [("1.00", "2026-03-02", "2026-03-12")]

    def test_joins_another_bill_that_comes_before(self, agency, client, plan, subscribed):
        subscriptions.subscription(client, plan)
        subscriptions.canceled(subscribed, TakesEffect.PERIOD_END, now=LEFT)

        billed(agency, PERIOD_END)

        assert invoices(agency) == ["97.00", "97.00", "98.00"]

    def test_with_a_minimum_asks_the_part_until_the_end(self, agency, client):
        plan = plans.plan(agency)
        plans.price(plan, plans.per_unit("0.10", minimum=Decimal(31)), meter="emails")
        row = subscriptions.subscription(client, plan)
        usage.opened(client, now=NOON)
        subscriptions.canceled(row, now=LEFT)

        billed(agency, LEFT + HOUR)

        assert lines(agency) == [("10.00", "2026-03-02", "2026-03-12")]

    def test_that_costs_nothing_leaves_no_invoice_and_is_not_looked_at_again(self, agency, client):
        plan = plans.plan(agency)
        plans.price(plan, plans.per_unit("0.10", included_units=Decimal(100)), meter="emails")
        row = subscriptions.subscription(client, plan)
        sent(client)
        subscriptions.canceled(row, now=LEFT)

        billed(agency, LEFT + HOUR)

        assert (invoices(agency), due(agency)) == (["97.00"], [])

    def test_is_invoiced_once_by_whoever_comes_at_once(self, agency, subscribed):
        subscriptions.canceled(subscribed, now=LEFT)

        with scope.of_agency(agency.id), ThreadPoolExecutor(4) as pool:
            at_once = [pool.submit(copy_context().run, jobs.run_last_usage, LEFT + HOUR) for _each in range(4)]
            for each in at_once:
                each.result()

        assert invoices(agency) == ["97.00", "1.00"]
        usage.verified(agency)

    def test_of_one_who_goes_on_waits_for_the_renewal(self, agency, subscribed):
        assert due(agency) == []

        billed(agency, PERIOD_END)

        assert invoices(agency) == ["97.00", "98.00"]


def test_a_client_that_fails_is_parked_and_holds_up_no_other(agency, client, plan, subscribed, owner):
    other = tenants.sub_account(agency)
    others = subscriptions.subscription(other, plan)
    sent(other)
    for row in (subscribed, others):
        subscriptions.canceled(row, now=LEFT)
    owner.execute(
        "UPDATE billing_accounts SET currency = 'EUR' WHERE payer_id IN "
        "(SELECT id FROM payers WHERE sub_account_id = %s)",
        (client.id,),
    )

    billed(agency, LEFT + HOUR)

    with scope.of_agency(agency.id), transaction():
        assert [parked.sub_account_id for parked in parked_clients()] == [client.id]
    assert len(lines(agency)) == 1
