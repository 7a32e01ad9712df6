import pytest
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import func, select

import agency.app
from agency.foundation.audit.models import AuditEntry
from agency.foundation.database.session import connect, session, transaction
from agency.foundation.tenancy import scope
from tests.agency.foundation import trial
from tests.conftest import Browser
from tests.factories import staff, tenants


@pytest.fixture(scope="session")
def built_trial(settings):
    """The platform with the rooms of a trial."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(agency.app, "PAGES", [*agency.app.PAGES, *trial.PAGES])
        patch.setattr(agency.app, "RESOURCES", [*agency.app.RESOURCES, *trial.RESOURCES])
        built = agency.app.create_app(settings, connect_database=False)
    built.jinja_env.loader = ChoiceLoader([built.jinja_env.loader, DictLoader(trial.TEMPLATES)])
    built.test_client_class = Browser
    return built


@pytest.fixture
def platform(app, built_trial):
    """The platform with the rooms of a trial, on data that is emptied afterwards."""
    return built_trial


@pytest.fixture
def visitor(platform):
    """A browser in which nobody is signed in."""
    return platform.test_client()


def kept(row):
    """The row as it was written: no rollback of a test expires it."""
    session.expunge(row)
    return row


@pytest.fixture
def lumen(app):
    return kept(tenants.agency(name="Lumen Studio"))


@pytest.fixture
def ember(app):
    """Another agency."""
    return kept(tenants.agency(name="Ember Works"))


@pytest.fixture
def ana(platform, lumen):
    """A browser in which the owner of Lumen is signed in."""
    return staff.signed_in(platform, staff.person(lumen))


@pytest.fixture
def key(platform, lumen):
    """The headers of a program of Lumen that may do everything."""
    return staff.bearer(staff.api_key(lumen))


@pytest.fixture
def acts(app):
    """How often an act stands in an agency's log."""

    def count(of, action):
        with scope.of_agency(of.agency_id), transaction():
            return session.scalar(select(func.count()).where(AuditEntry.action == action))

    return count


@pytest.fixture
def database_away(app):
    """Nothing listens where the database should be."""
    engine = session.get_bind()
    connect("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    yield
    session.remove()
    session.configure(bind=engine)
