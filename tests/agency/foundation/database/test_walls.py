import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, text
from sqlalchemy.exc import ProgrammingError

from agency.foundation import ids
from agency.foundation.database.walls import AGENCY_ONLY, CUSTOMERS, narrowed_by, wall

HERE, ELSEWHERE = ids.new_id(), ids.new_id()
NORTE, SUR = ids.new_id(), ids.new_id()


@pytest.fixture
def notes(settings):
    """A table of notes behind walls of one's choice, gone after the test."""
    engine = create_engine(settings.database_owner_url)
    with engine.connect() as connection, Operations.context(MigrationContext.configure(connection)):
        connection.execute(text("CREATE TABLE notes (agency_id uuid, place uuid, customer_id uuid, words text)"))

        def build(**options):
            wall("notes", **options)
            for agency, place, words in ((HERE, NORTE, "norte"), (HERE, SUR, "sur"), (ELSEWHERE, NORTE, "elsewhere")):
                connection.execute(
                    text("INSERT INTO notes VALUES (:agency, :place, :place, :words)"),
                    {"agency": agency, "place": place, "words": words},
                )
            return connection

        yield build
        connection.rollback()
    engine.dispose()


def become(connection, role="cartera_application", *, agency=HERE, sub_account="", customers=""):
    for name, value in (("agency_id", agency), ("sub_account_id", sub_account), ("customer_ids", customers)):
        connection.execute(text(f"SET LOCAL app.{name} = '{value}'"))
    connection.execute(text(f"SET LOCAL ROLE {role}"))


def seen(connection):
    return set(connection.scalars(text("SELECT words FROM notes")))


class TestWall:
    def test_shows_the_agencys_rows_alone(self, notes):
        connection = notes(narrowed=None)

        become(connection)

        assert seen(connection) == {"norte", "sur"}

    def test_shows_nothing_without_an_agency(self, notes):
        connection = notes(narrowed=None)

        become(connection, agency="")

        assert seen(connection) == set()

    @pytest.mark.parametrize(
        ("narrowed", "expected"), [(narrowed_by("place"), {"norte"}), (AGENCY_ONLY, set()), (None, {"norte", "sur"})]
    )
    def test_narrows_as_it_was_told(self, notes, narrowed, expected):
        connection = notes(narrowed=narrowed)

        become(connection, sub_account=NORTE)

        assert seen(connection) == expected

    def test_takes_no_row_of_another_agency(self, notes):
        connection = notes(narrowed=None)
        become(connection)

        with pytest.raises(ProgrammingError, match="row-level security"):
            connection.execute(text("UPDATE notes SET agency_id = :elsewhere"), {"elsewhere": ELSEWHERE})

    def test_gives_no_more_rights_than_it_was_told(self, notes):
        connection = notes(narrowed=None, rights="SELECT, INSERT")
        become(connection)

        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("DELETE FROM notes"))

    def test_is_closed_to_portal_and_sweeper_unless_told(self, notes):
        connection = notes(narrowed=None)
        become(connection, "cartera_portal")

        with pytest.raises(ProgrammingError, match="permission denied"):
            seen(connection)

    def test_shows_the_sweeper_its_columns_of_every_agency(self, notes):
        connection = notes(narrowed=None, swept="agency_id")
        become(connection, "cartera_sweeper", agency="")

        assert set(connection.scalars(text("SELECT agency_id FROM notes"))) == {HERE, ELSEWHERE}
        with pytest.raises(ProgrammingError, match="permission denied"):
            seen(connection)

    def test_shows_the_portal_the_customers_it_was_granted(self, notes):
        connection = notes(narrowed=None, portal=f"customer_id = {CUSTOMERS}")

        become(connection, "cartera_portal", customers=f"{SUR},{ids.new_id()}")

        assert seen(connection) == {"sur"}

    def test_shows_the_portal_nothing_without_customers(self, notes):
        connection = notes(narrowed=None, portal=f"customer_id = {CUSTOMERS}")

        become(connection, "cartera_portal")

        assert seen(connection) == set()
