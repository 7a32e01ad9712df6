"""A kept file is imported batch by batch, each committed, so that its page can tell how far it is."""

from datetime import timedelta
from uuid import UUID

from flask_babel import force_locale

from agency.foundation import clock
from agency.foundation.actor import Actor
from agency.foundation.database.session import session, transaction
from agency.foundation.jobs.registry import job
from agency.foundation.tenancy import scope
from agency.tenants.queries import sub_account
from subaccounts.imports.models import ImportState, InvoiceImport
from subaccounts.imports.operations import Outcome, batches, import_batch
from subaccounts.imports.rules.files import decoded
from subaccounts.imports.rules.parsing import Parsed, parse

LEASE = timedelta(minutes=10)


@job(queue="bulk", lease=LEASE)
def run_import(*, import_id: str) -> None:
    """Begun again after a crash it finds what is there already, and goes on."""
    with scope.of_agency(scope.agency_id()):
        with transaction():
            row = _row(import_id)
            if row.state is not ImportState.RUNNING:
                return
            with force_locale(sub_account(row.sub_account_id).locale):
                parsed = parse(decoded(row.content), row.columns)
            _begin(row, parsed)
        for batch in batches(parsed.invoices):
            with transaction():
                row = _row(import_id)
                by = Actor(kind="person", name=row.created_by)
                outcome = import_batch(sub_account(row.sub_account_id), batch, by=by, now=clock.now())
                _note(row, len(batch), outcome)
        with transaction():
            row = _row(import_id)
            row.state, row.ended_at = ImportState.DONE, clock.now()


def _row(import_id: str) -> InvoiceImport:
    return session.get_one(InvoiceImport, (scope.agency_id(), UUID(import_id)), populate_existing=True)


def _begin(row: InvoiceImport, parsed: Parsed) -> None:
    row.invoices, row.done, row.drafted, row.known, row.customers = len(parsed.invoices), 0, 0, 0, 0
    row.problems = [[str(problem.line), problem.text] for problem in parsed.problems]


def _note(row: InvoiceImport, done: int, outcome: Outcome) -> None:
    row.done += done
    row.drafted += outcome.drafted
    row.known += outcome.known
    row.customers += outcome.customers
    row.problems = [*row.problems, *([str(line), reason] for line, reason in outcome.refused)]
