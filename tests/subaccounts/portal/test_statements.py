"""Statements in the portal: listed by their kind, shown, downloaded, and one profile's alone."""

import pytest

from subaccounts.portal.routes.billing import SHOWN
from subaccounts.statements.models import StatementKind
from tests.browsing import visit
from tests.factories import invoices
from tests.factories.statements import made


class TestAStatement:
    @pytest.mark.parametrize("kind", StatementKind)
    def test_is_listed_shown_and_downloaded(self, marta, address, lucia, kind):
        invoices.invoice(lucia)
        statement = made(lucia, kind)
        page = f"{address}/{lucia.public_id}/statements/{statement.public_id}"

        listed = visit(marta, f"{address}/{lucia.public_id}/billing").text
        pdf = visit(marta, f"{page}/pdf")

        assert statement.number_text in listed
        assert statement.number_text in visit(marta, page).text
        assert pdf.data.startswith(b"%PDF")

    def test_of_another_customer_is_not_there(self, marta, address, lucia, clinic):
        other = made(invoices.customer(clinic, name="Leo"))

        assert visit(marta, f"{address}/{lucia.public_id}/statements/{other.public_id}").status_code == 404

    def test_joins_all_of_its_kind_behind_view_all(self, marta, address, lucia):
        numbers = [made(lucia).number_text for _ in range(SHOWN + 1)]
        insurance = made(lucia, StatementKind.INSURANCE).number_text
        page = f"{address}/{lucia.public_id}"

        overview = visit(marta, f"{page}/billing").text
        everything = visit(marta, f"{page}/statements?kind=account").text

        assert overview.count("/statements?kind=") == 1
        assert numbers[0] not in overview
        assert all(number in everything for number in numbers)
        assert insurance not in everything
