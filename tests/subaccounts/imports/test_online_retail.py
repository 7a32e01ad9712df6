"""Two days of a wholesaler's real invoice lines, against sums made in another way."""

import csv
import gzip
import io
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pytest
from sqlalchemy import select

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from subaccounts.imports.operations import Outcome, batches, import_batch
from subaccounts.imports.rules.files import columns_of, guessed
from subaccounts.imports.rules.parsing import parse
from subaccounts.invoices.models.drafts import InvoiceDraft
from subaccounts.invoices.models.invoices import Invoice
from subaccounts.invoices.operations.opening import open_many
from tests.factories import tenants
from tests.factories.tenants import NOON
from wallet.ledger.checks import verify

CENT = Decimal("0.01")


@pytest.fixture(scope="module")
def files(data):
    return [
        gzip.decompress((data / "online-retail" / f"2010-12-{day}.csv.gz").read_bytes()).decode()
        for day in ("01", "02")
    ]


@pytest.fixture
def wholesaler(app):
    return tenants.sub_account(tenants.agency(currency="GBP", country="GB"), currency="GBP", country="GB")


def imported(seller, files):
    total, found = Outcome(), []
    for text in files:
        parsed = parse(text, guessed(columns_of(text)))
        found += parsed.problems
        for batch in batches(parsed.invoices):
            with scope.of_agency(seller.agency_id), transaction():
                total.add(import_batch(seller, batch, by=OPERATOR, now=NOON))
    return total, found


def expected(files):
    """Totals of the invoices with a customer, each line rounded by itself; and how many lines belong to none."""
    totals, others = defaultdict(Decimal), 0
    for text in files:
        for row in csv.DictReader(io.StringIO(text)):
            if row["InvoiceNo"].startswith("C") or not row["CustomerID"]:
                others += 1
            else:
                amount = Decimal(row["Quantity"]) * Decimal(row["UnitPrice"])
                totals[row["InvoiceNo"]] += amount.quantize(CENT, ROUND_HALF_UP)
    return totals, others


def drafted(seller):
    with scope.of_agency(seller.agency_id), transaction():
        return {row.origin.removeprefix("import:"): row for row in session.scalars(select(InvoiceDraft))}


class TestTheRealFile:
    def test_every_invoice_with_a_customer_is_a_draft_with_its_total(self, wholesaler, files):
        totals, others = expected(files)

        outcome, problems = imported(wholesaler, files)

        drafts = drafted(wholesaler)
        assert {number: row.total.amount for number, row in drafts.items()} == totals
        assert (outcome.drafted, len(problems)) == (258, others)
        assert sum("names no invoice" in problem.text for problem in problems) == 70

    def test_the_same_file_twice_is_imported_once(self, wholesaler, files):
        imported(wholesaler, files[:1])

        again, _problems = imported(wholesaler, files)

        assert again.known + again.drafted == 258
        assert len(drafted(wholesaler)) == 258

    def test_all_opened_at_once_have_numbers_without_gaps_and_a_sound_ledger(self, wholesaler, files):
        imported(wholesaler, files)
        drafts = drafted(wholesaler)

        with scope.of_agency(wholesaler.agency_id):
            with transaction():
                opened = open_many([row.id for row in drafts.values()], by=OPERATOR, now=NOON)
            with transaction():
                numbers = sorted(session.scalars(select(Invoice.number)))
                differences = verify(wholesaler.agency_id)

        assert (opened.refused, differences) == ({}, [])
        assert numbers == list(range(1, 259))
