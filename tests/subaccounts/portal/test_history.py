"""The account history and the total balance always say the same, whatever happened."""

import random
from contextlib import suppress

import pytest

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.errors import DomainError
from agency.foundation.tenancy import scope
from agency.foundation.tenancy.scope import Role, Scope
from subaccounts.invoices.booking import account_of
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.operations.ending import void, write_off
from subaccounts.payments.models.payments import Method
from subaccounts.portal.reading.balances import balances
from subaccounts.portal.reading.history import history
from tests.browsing import visit
from tests.factories import invoices, payments
from tests.factories.tenants import NOON
from wallet.ledger.queries import balance as ledger_balance

SEEDS = range(6)


@pytest.fixture
def profile(address, lucia):
    return f"{address}/{lucia.public_id}"


def reading(of):
    return scope.scoped(
        Scope(agency_id=of.agency_id, sub_account_id=of.sub_account_id, customer_ids=(of.id,), role=Role.PORTAL)
    )


def every_entry(of):
    found, before = [], None
    with reading(of), transaction():
        while True:
            page = history(of.id, "USD", zone="America/Chicago", before=before)
            found += page.entries
            before = page.older
            if before is None:
                return found


class TestTheHistory:
    def test_shows_charges_and_payments_with_the_balance_after_each(self, marta, profile, lucia):
        invoices.invoice(lucia)
        payments.recorded(lucia, "40.00")

        page = visit(marta, f"{profile}/history").text

        assert "($40.00)" in page
        assert "Past due" in page
        assert [entry.balance for entry in every_entry(lucia)] == [
            payments.dollars("70.00"),
            payments.dollars("110.00"),
        ]

    @pytest.mark.parametrize("query", ["range=last_year", "from=2020-01-01&to=2020-12-31", "range=30d"])
    def test_shows_the_days_that_were_asked_for(self, marta, profile, lucia, query):
        opened = invoices.invoice(lucia)

        assert opened.number_text not in visit(marta, f"{profile}/history?{query}").text

    def test_refuses_a_range_that_is_none(self, marta, profile):
        assert visit(marta, f"{profile}/history?range=never").status_code == 422


def live(of, chance, opened, came):
    """One thing that can happen to an account."""
    what = chance.choice(["bill", "bill", "pay", "pay", "ahead", "note", "void", "write_off", "refund", "credit"])
    amount = f"{chance.randint(1, 150)}.{chance.randint(0, 99):02}"
    one = chance.choice(opened) if opened else None
    if what == "bill" or one is None:
        opened.append(invoices.invoice(of, [invoices.line(amount)]))
    elif what in {"pay", "ahead"}:
        came.append(payments.recorded(of, amount, method=Method.TRANSFER))
    elif what == "note":
        payments.credited(one, "1.10", refund=chance.choice([None, "0.40"]))
    elif what == "refund" and came:
        payments.refunded(chance.choice(came))
    elif what == "credit":
        payments.applied(of)
    else:
        with scope.of_agency(of.agency_id), transaction():
            if what == "void":
                void(one.id, reason="By mistake", by=OPERATOR, now=NOON)
            else:
                write_off(one.id, reason="Lost", by=OPERATOR, now=NOON)


class TestTheBalance:
    @pytest.mark.parametrize("seed", SEEDS)
    def test_equals_the_ledger_and_the_history_after_whatever_happened(self, lucia, seed):
        chance, opened, came = random.Random(seed), [], []  # noqa: S311  # The same history every time.
        for _step in range(25):
            with suppress(DomainError):
                live(lucia, chance, opened, came)
            session.remove()

        with reading(lucia), transaction():
            shown = balances(lucia.id, home="USD")[0]
        entries = every_entry(lucia)

        assert entries[0].balance == shown.total
        assert shown.total == in_ledger(lucia, "receivable") - in_ledger(lucia, "unapplied")


def in_ledger(of, role):
    with scope.of_agency(of.agency_id), transaction():
        key = account_of(Seller.SUB_ACCOUNT, of.sub_account_id, of.id, "USD", role)
        return ledger_balance(key)
