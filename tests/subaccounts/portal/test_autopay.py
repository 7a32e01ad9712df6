"""Autopay charges what is due once a day, and ends after three failing days in a row."""

from datetime import date, timedelta

import pytest

from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from subaccounts.portal.collecting import DUE
from subaccounts.portal.operations.autopay import pay_due
from tests import post
from tests.browsing import submit, visit
from tests.factories import cards, invoices, payments, portal
from tests.factories.due import next_due
from tests.factories.portal import GUARDIAN
from tests.factories.tenants import NOON

DUE_DAY = NOON + timedelta(days=60)


@pytest.fixture
def lucia(clinic, stripe):
    payments.receives(clinic)
    return invoices.customer(clinic)


@pytest.fixture
def autopay(address, lucia):
    return f"{address}/{lucia.public_id}/autopay"


@pytest.fixture
def chris(clinic):
    found = invoices.customer(clinic, name="Chris Burmah")
    portal.granted(found)
    return found


@pytest.fixture
def fails_for_lucia(lucia, monkeypatch):
    def pay(agreed, *, now):
        if agreed.customer_id == lucia.id:
            raise RuntimeError("a fault of ours")
        pay_due(agreed, now=now)

    monkeypatch.setattr("subaccounts.portal.collecting.pay_due", pay)


def day(owner, lucia, number):
    """What happens on a day after everything became due."""
    owner.execute("UPDATE portal_autopays SET look_at = %s WHERE look_at IS NOT NULL", (DUE_DAY,))
    with scope.of_agency(lucia.agency_id):
        DUE.run_due(DUE_DAY + timedelta(days=number))
    post.work(owner, "collect")


def states(owner):
    return [state for (state,) in owner.execute("SELECT state FROM payments ORDER BY id").fetchall()]


class TestAutopay:
    def test_needs_a_saved_card(self, marta, autopay):
        answer = submit(marta, autopay, page=autopay.replace("autopay", "cards/new"), wanted="on")

        assert answer.status_code == 422

    def test_pays_what_is_due_once_a_day(self, marta, owner, autopay, lucia):
        payments.card(lucia)
        invoices.invoice(lucia)
        submit(marta, autopay, wanted="on")

        for _run in range(2):
            day(owner, lucia, 0)

        assert states(owner) == ["settled"]
        assert "On" in visit(marta, autopay).text

    def test_says_beforehand_what_it_charges_at_once(self, marta, autopay, lucia):
        payments.card(lucia)
        invoices.invoice(lucia)
        invoices.invoice(lucia, due_on=date(2999, 1, 1))

        page = visit(marta, autopay).text

        assert "Due already: $110.00" in page

    def test_leaves_what_is_not_due_yet(self, marta, owner, autopay, lucia):
        payments.card(lucia)
        invoices.invoice(lucia)
        submit(marta, autopay, wanted="on")
        owner.execute("UPDATE portal_autopays SET look_at = %s", (NOON,))

        with scope.of_agency(lucia.agency_id):
            DUE.run_due(NOON)

        assert states(owner) == []

    def test_ends_after_three_failing_days_and_tells(self, marta, owner, autopay, lucia):
        payments.card(lucia, cards.DECLINING)
        invoices.invoice(lucia)
        submit(marta, autopay, wanted="on")

        for number in range(4):
            day(owner, lucia, number)

        assert states(owner) == ["declined"] * 3
        ended = owner.execute("SELECT ended_reason, failed_days, look_at FROM portal_autopays").fetchone()
        assert ended == ("failed", 3, None)
        assert any("Autopay" in subject for subject, _text in post.letters(owner, GUARDIAN))

    @pytest.mark.usefixtures("fails_for_lucia")
    def test_of_one_that_fails_holds_up_no_other(self, marta, owner, autopay, lucia, chris):
        for customer in (lucia, chris):
            payments.card(customer)
            invoices.invoice(customer)
            submit(marta, autopay.replace(lucia.public_id, customer.public_id), wanted="on")

        with pytest.raises(ExceptionGroup):
            day(owner, lucia, 0)

        assert owner.execute("SELECT customer_id FROM payments").fetchall() == [(chris.id,)]

    def test_is_switched_off_by_its_person(self, marta, owner, autopay, lucia):
        payments.card(lucia)
        invoices.invoice(lucia)
        submit(marta, autopay, wanted="on")

        submit(marta, autopay, wanted="off")
        day(owner, lucia, 0)

        assert states(owner) == []


class TestTheNextDue:
    def test_is_none_without_autopay(self, lucia):
        with scope.of_agency(lucia.agency_id), transaction():
            assert next_due(DUE) is None
