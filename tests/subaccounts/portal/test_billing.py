"""What a customer sees: opened documents of the profile at hand, and never a draft."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from agency.foundation.tenancy.scope import Role, Scope
from tests.browsing import visit
from tests.factories import invoices, portal


@pytest.fixture
def billing(address, lucia):
    return f"{address}/{lucia.public_id}"


class TestTheOverview:
    def test_shows_what_is_owed_and_the_documents_behind_it(self, marta, billing, lucia):
        opened = invoices.invoice(lucia)

        page = visit(marta, f"{billing}/billing").text

        assert "$110.00" in page
        assert "Invoices (1)" in page
        assert opened.number_text in page

    def test_knows_nothing_of_a_draft(self, marta, billing, lucia):
        drafted = invoices.draft(lucia)

        pages = [visit(marta, f"{billing}/{path}").text for path in ("billing", "invoices", "balance")]

        assert "Invoices (0)" in pages[0]
        assert not any("$110.00" in page or drafted.public_id in page for page in pages)

    def test_holds_one_profile_alone(self, marta, clinic, billing, lucia, grant):
        leo = invoices.customer(clinic, name="Leo Herrera")
        portal.granted(leo)
        other = invoices.invoice(leo)

        assert "Invoices (0)" in visit(marta, f"{billing}/billing").text
        assert visit(marta, f"{billing}/invoices/{other.public_id}").status_code == 404


class TestADocument:
    def test_is_shown_and_downloaded_as_it_was_frozen(self, marta, billing, lucia):
        opened = invoices.invoice(lucia)

        page = visit(marta, f"{billing}/invoices/{opened.public_id}")
        pdf = visit(marta, f"{billing}/invoices/{opened.public_id}/pdf")

        assert opened.number_text in page.text
        assert pdf.data.startswith(b"%PDF")
        assert pdf.data == visit(marta, f"{billing}/invoices/{opened.public_id}/pdf").data

    def test_that_is_a_draft_is_not_there(self, marta, billing, lucia):
        drafted = invoices.draft(lucia)

        assert visit(marta, f"{billing}/invoices/{drafted.public_id}").status_code == 404
        assert visit(marta, f"{billing}/invoices/{drafted.public_id}/pdf").status_code == 404


class TestProfiles:
    def test_are_chosen_among_by_whoever_has_several(self, marta, address, clinic, lucia):
        leo = invoices.customer(clinic, name="Leo Herrera")
        portal.granted(leo)

        page = visit(marta, f"{address}/profiles").text

        assert page.index("Leo Herrera") < page.index("Lucia Herrera")
        assert "LH" in page

    @pytest.mark.parametrize("column", ["ends_on", "begins_on", "revoked_at"])
    def test_are_open_on_the_days_of_their_grant_alone(self, marta, owner, billing, column):
        value = {"ends_on": "'2026-03-02'", "begins_on": "'2999-01-01'", "revoked_at": "now()"}[column]
        owner.execute(f"UPDATE portal_grants SET {column} = {value}")

        assert visit(marta, f"{billing}/billing").status_code == 404


class TestThePortalsRole:
    @pytest.mark.parametrize("table", ["invoice_drafts", "invoice_draft_lines", "portal_grants", "people"])
    def test_may_not_read(self, app, lucia, table):
        reading = Scope(agency_id=lucia.agency_id, customer_ids=(lucia.id,), role=Role.PORTAL)

        with scope.scoped(reading), pytest.raises(ProgrammingError), transaction():
            session.execute(text(f"SELECT 1 FROM {table}"))
