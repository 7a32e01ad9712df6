"""Sixteen clerks at once: numbers without gap, double or a date that runs backwards."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random

import pytest

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.errors import DomainError
from agency.foundation.tenancy import scope
from subaccounts.invoices.operations.editing import discard
from subaccounts.invoices.operations.ending import void
from subaccounts.invoices.operations.opening import open_draft, open_many
from tests.factories import invoices, tenants
from tests.factories.tenants import NOON
from wallet.ledger.checks import verify

CLERKS = 16
DRAFTS = 48


@pytest.fixture
def desk(app):
    return tenants.sub_account(tenants.agency())


def clerk(app, agency_id, draft_ids, seed):
    """Opens, discards and voids in an order of their own; what another did first is refused to them."""
    chance = Random(seed)  # noqa: S311  # A test that can be run again, not a secret.
    mine = chance.sample(draft_ids, 12)
    refused = 0
    with app.app_context():
        for draft_id in mine:
            now = NOON + timedelta(hours=chance.randrange(72))
            act = chance.choice(["open", "open", "many", "discard", "void"])
            try:
                with scope.of_agency(agency_id), transaction():
                    if act == "open":
                        open_draft(draft_id, by=OPERATOR, now=now)
                    elif act == "many":
                        open_many(chance.sample(draft_ids, 4), by=OPERATOR, now=now)
                    elif act == "discard":
                        discard(draft_id, by=OPERATOR, now=now)
                    else:
                        void(draft_id, reason="Mistake", by=OPERATOR, now=now)
            except DomainError:
                refused += 1
        session.remove()
    return refused


class TestSixteenClerksAtOnce:
    def test_leave_no_gap_no_double_and_no_date_running_backwards(self, app, desk, owner):
        customers = [invoices.customer(desk, name=f"Customer {index}") for index in range(4)]
        drafts = [invoices.draft(customers[index % 4]).id for index in range(DRAFTS)]

        with ThreadPoolExecutor(CLERKS) as clerks:
            work = [clerks.submit(clerk, app, desk.agency_id, drafts, seed) for seed in range(CLERKS)]
            refused = sum(each.result() for each in work)

        rows = owner.execute("SELECT number, issued_on FROM invoices ORDER BY number").fetchall()
        assert [number for number, _ in rows] == list(range(1, len(rows) + 1))
        assert [day for _, day in rows] == sorted(day for _, day in rows)
        assert len(rows) > DRAFTS // 2
        assert refused > 0
        with scope.of_agency(desk.agency_id), transaction():
            assert verify(desk.agency_id) == []
