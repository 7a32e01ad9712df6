"""Whatever is in a file of invoices: it is refused with a sentence, or comes in whole with its problems named."""

import io
import time

import pytest
from hypothesis import given, seed, settings
from sqlalchemy import func, select

from agency.foundation.database.session import session, transaction
from agency.foundation.errors import DomainError
from agency.foundation.tenancy import scope
from subaccounts.imports.jobs import run_import
from subaccounts.imports.models import ImportState, InvoiceImport
from subaccounts.imports.rules.files import FIELDS, NEEDED, columns_of, decoded, guessed
from subaccounts.imports.rules.parsing import parse
from subaccounts.invoices.models.drafts import InvoiceDraft
from tests.browsing import token, visit
from tests.factories import payments, staff, tenants
from tests.odd_files import TRIES, contents

SOUND = {
    "invoice_number": "{number}",
    "date": "2026-03-02",
    "customer_ref": "C-{number}",
    "description": "Cleaning",
    "quantity": "2",
    "unit_price": "85.50",
    "customer_name": "Ana",
    "customer_email": "ana@example.com",
    "currency": "USD",
    "tax_rate": "16",
}
FILES = contents(FIELDS, SOUND)
OK, FOUND, REFUSED = 200, 302, 422
MANY, SECONDS_MAX = 100_000, 10


@pytest.fixture
def seller(app):
    return tenants.sub_account(tenants.agency())


@pytest.fixture
def clerk(app, seller):
    return staff.signed_in(app, staff.person(payments.agency_of(seller), at=seller))


def started(clerk, page, content):
    """Bring a file and import it with the columns that were guessed; the answers, the last one first."""
    form = {"csrf_token": token(clerk, page)}
    kept = clerk.post(page, data=form | {"file": (io.BytesIO(content), "march\u202e.csv")})
    if kept.status_code != FOUND:
        return [kept]
    columns = guessed(columns_of(decoded(content)))
    return [clerk.post(kept.location, data=form | columns | {"start": "1"}), visit(clerk, kept.location), kept]


def run_waiting(seller):
    """Each import that was started, when it has run."""
    with scope.of_agency(seller.agency_id):
        with transaction():
            query = select(InvoiceImport.id).where(InvoiceImport.state == ImportState.RUNNING)
            waiting = session.scalars(query).all()
        for import_id in waiting:
            run_import(import_id=str(import_id))
        with transaction():
            query = select(InvoiceImport).where(InvoiceImport.id.in_(waiting)).execution_options(populate_existing=True)
            return session.scalars(query).all()


def drafts(seller):
    with scope.of_agency(seller.agency_id), transaction():
        return session.scalar(select(func.count()).select_from(InvoiceDraft))


class TestAnyFile:
    @seed(9)
    @TRIES
    @given(content=FILES)
    def test_comes_in_whole_or_is_refused_with_a_sentence(self, clerk, seller, content):
        before = drafts(seller)

        answers = started(clerk, f"/s/{seller.public_id}/billing/invoice-imports", content)
        done = run_waiting(seller)

        assert {answer.status_code for answer in answers} <= {OK, FOUND, REFUSED}
        assert answers[0].status_code == (FOUND if done else REFUSED)
        assert all(row.state is ImportState.DONE and row.done == row.invoices for row in done)
        assert drafts(seller) - before == sum(row.drafted for row in done)

    @seed(9)
    @settings(TRIES, max_examples=200)
    @given(content=FILES)
    def test_names_the_line_of_every_problem(self, app, content):
        try:
            text = decoded(content)
            parsed = parse(text, guessed(columns_of(text)))
        except DomainError:
            return

        last = len(text.splitlines())
        assert all(1 < problem.line <= last and problem.text for problem in parsed.problems)
        assert parsed.lines == 0 or parsed.invoices or parsed.problems

    def test_of_many_lines_is_read_in_seconds(self, app):
        head, line = ",".join(NEEDED), "{number},2026-03-02,C-7,Rinse,2,5"
        text = "\n".join([head, *(line.format(number=number) for number in range(MANY))])

        began = time.process_time()
        parsed = parse(text, guessed(columns_of(text)))

        assert len(parsed.invoices) == MANY
        assert time.process_time() - began < SECONDS_MAX
