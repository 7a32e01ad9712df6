"""Clerks at once: numbers without gap, double or a date that runs backwards, and nothing done twice."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from random import Random
from time import sleep
from uuid import uuid4

import pytest

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.errors import DomainError, NotFound
from agency.foundation.tenancy import scope
from subaccounts.invoices.operations.editing import discard, remove_line
from subaccounts.invoices.operations.ending import void
from subaccounts.invoices.operations.opening import open_draft, open_many
from subaccounts.invoices.operations.selling import change_terms
from subaccounts.invoices.sellers import terms_of
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


class TestTwoClerksAtOnce:
    def test_who_take_the_same_line_off_set_it_free_once(self, app, desk, owner):
        generated = {"type": "subscription", "id": str(uuid4())}
        draft = invoices.draft(invoices.customer(desk), [invoices.line(source=generated), invoices.line()])
        [(line_id,)] = owner.execute("SELECT id FROM invoice_draft_lines WHERE source IS NOT NULL").fetchall()

        def take_off():
            with app.app_context(), scope.of_agency(desk.agency_id), suppress(NotFound), transaction():
                remove_line(draft.id, line_id, by=OPERATOR, now=NOON)
            session.remove()

        with ThreadPoolExecutor(2) as clerks:
            with owner.transaction():
                owner.execute("SELECT FROM invoice_drafts FOR UPDATE")
                work = [clerks.submit(take_off) for _each in range(2)]
                sleep(0.3)  # Until both wait for the draft.
            for each in work:
                each.result()

        assert owner.execute("SELECT id FROM released_lines").fetchall() == [(line_id,)]

    def test_who_first_say_how_their_seller_invoices_both_do(self, app, desk):
        def say(changes):
            with app.app_context(), scope.of_agency(desk.agency_id), transaction():
                change_terms(desk.id, changes, by=OPERATOR, now=NOON)
            session.remove()

        with ThreadPoolExecutor(1) as other:
            with scope.of_agency(desk.agency_id), transaction():
                change_terms(desk.id, {"due_days": 3}, by=OPERATOR, now=NOON)
                second = other.submit(say, {"notes": "Thank you"})
                sleep(0.3)  # Until the second waits for the first.
            second.result()

        with scope.of_agency(desk.agency_id), transaction():
            found = terms_of(desk.id)
        assert (found.due_days, found.notes) == (3, "Thank you")
