import pytest
from sqlalchemy import select

from agency.foundation.database.session import session, transaction
from agency.foundation.jobs.models import Job
from agency.foundation.tenancy import scope


@pytest.fixture
def file(tmp_path):
    return tmp_path / "words"


@pytest.fixture
def words(file):
    """The first word of each line that jobs wrote."""
    return lambda: [line.split()[0] for line in file.read_text().splitlines()] if file.exists() else []


@pytest.fixture
def asked(lumen, file):
    """A job of Lumen that was asked for, and its row."""

    def ask(kind, **arguments):
        with scope.of_agency(lumen.agency_id), transaction():
            kind.later(file=str(file), **arguments)
            row = session.scalars(select(Job).order_by(Job.id.desc()).limit(1)).one()
            session.expunge(row)  # Whoever performs it in this thread rolls its own session back.
            return row

    return ask


@pytest.fixture
def now_of():
    """A job's row as it is now."""

    def read(row):
        with scope.of_agency(row.agency_id), transaction():
            return session.get_one(Job, (row.agency_id, row.id), populate_existing=True)

    return read


@pytest.fixture
def changed():
    """Changes fields of a job's row behind everybody's back."""

    def change(row, **fields):
        with scope.of_agency(row.agency_id), transaction():
            found = session.get_one(Job, (row.agency_id, row.id), populate_existing=True)
            for name, value in fields.items():
                setattr(found, name, value)

    return change
