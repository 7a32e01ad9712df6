"""kill -9 of a billing run, again and again at any moment: in the end the rows are those of a run nobody disturbed."""

import random
import signal
from datetime import UTC, datetime
from time import sleep

from agency.foundation import ids
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from subaccounts.billing_run.operations import running
from subaccounts.subscriptions.models.subscriptions import Collection
from tests.factories import plans, subscriptions, tenants, wallet
from tests.faults.killed_run import killed_after
from wallet.ledger.checks import verify

JULY = datetime(2026, 7, 15, tzinfo=UTC)
KILLS = 3
# A run of these takes about half a second.
CLIENTS = 12
PATIENCE = 300
OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND (state = 'active' OR xact_start IS NOT NULL)
"""
ROWS = """
SELECT s.name, l.component = p.line_id::text, l.period_start, l.period_end, l.occasion, l.amount_micros, d.state,
    d.total_micros, (SELECT count(*) FROM subscription_history h WHERE h.subscription_id = l.subscription_id),
    (SELECT sum(t.amount) FROM transfers t WHERE t.sub_account_id = s.id)
FROM billed_lines l JOIN sub_accounts s ON s.id = l.sub_account_id JOIN prices p ON p.id = l.price_id
JOIN amounts_due d ON d.id = l.bill_id
WHERE l.agency_id = %s ORDER BY s.name, l.period_start
"""


def test_a_run_killed_again_and_again_leaves_the_rows_of_one_whole_run(app, settings, owner):
    disturbed, whole = _subscribed("disturbed"), _subscribed("whole")
    chance = random.Random(ids.new_id().int)  # noqa: S311  # Any moment will do.

    ends = [killed_after(chance.uniform(0.02, 0.3), settings, disturbed.id, JULY) for _kill in range(KILLS)]
    _wait_for_the_dead(owner)
    for agency in (disturbed, whole):
        _run(agency)

    assert ends == [-signal.SIGKILL] * KILLS
    rows = owner.execute(ROWS, (whole.id,)).fetchall()
    assert len(rows) == CLIENTS * 5
    assert owner.execute(ROWS, (disturbed.id,)).fetchall() == rows
    with scope.of_agency(disturbed.id), transaction():
        assert verify(disturbed.id) == []


def _wait_for_the_dead(owner):
    """The server ends what a killed client had begun only when its statement is over; until then it holds its locks."""
    session.remove()
    for _moment in range(PATIENCE):
        if owner.execute(OTHERS).fetchone() == (0,):
            return
        sleep(0.1)


def _subscribed(slug):
    """Half of them pay by wallet, for as long as it lasts."""
    agency = tenants.agency(slug=slug)
    plan = plans.plan(agency)
    for number in range(CLIENTS):
        client = tenants.sub_account(agency, name=f"Client {number:02}")
        pays = Collection.WALLET if number % 2 else Collection.INVOICE
        if pays is Collection.WALLET:
            with scope.of_agency(agency.id), transaction():
                wallet.topped_up(client, "300.00")
        subscriptions.subscription(client, plan, collection=pays)
    return agency


def _run(agency):
    session.remove()
    with scope.of_agency(agency.id):
        running.run(JULY)
