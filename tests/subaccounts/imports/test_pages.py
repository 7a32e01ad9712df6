import io

import pytest

from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from subaccounts.imports import queries
from subaccounts.imports.jobs import run_import
from tests import post
from tests.browsing import submit, token, visit
from tests.factories import payments, staff, tenants

FILE = "No,Day,Who,What,Qty,Price\n1,2026-03-02,C-7,Cleaning,2,10\n2,2026-03-02,,Cleaning,1,10\n"
ADDRESSED = "No,Day,Who,What,Qty,Price,email\n1,2026-03-02,C-7,Cleaning,2,10,Ana@Example.com\n"
COLUMNS = {
    "invoice_number": "No",
    "date": "Day",
    "customer_ref": "Who",
    "description": "What",
    "quantity": "Qty",
    "unit_price": "Price",
}


@pytest.fixture
def seller(app):
    return tenants.sub_account(tenants.agency())


@pytest.fixture
def place(seller):
    return f"/s/{seller.public_id}/billing/invoice-imports"


@pytest.fixture
def clerk(app, seller):
    return staff.signed_in(app, staff.person(payments.agency_of(seller), at=seller))


def brought(clerk, place, content=FILE):
    sent = {"csrf_token": token(clerk, place), "file": (io.BytesIO(content.encode()), "march.csv")}
    return clerk.post(place, data=sent, content_type="multipart/form-data")


class TestImporting:
    def test_columns_are_chosen_looked_at_and_imported(self, clerk, place, seller):
        page = brought(clerk, place).headers["Location"]

        look = submit(clerk, page, **COLUMNS)
        submit(clerk, page, start="1", **COLUMNS)
        with scope.of_agency(seller.agency_id):
            with transaction():
                row = queries.imports(seller.id).rows[0]
            run_import(import_id=str(row.id))
        done = visit(clerk, page)

        assert "Import 1 invoice" in look.text
        assert "There is no customer on this line." in look.text
        assert "The file was imported" in done.text

    def test_what_stays_is_said_in_the_sellers_language(self, app, clerk, place, seller, owner):
        owner.execute("UPDATE sub_accounts SET locale = 'es'")
        page = brought(clerk, place).headers["Location"]

        submit(clerk, page, start="1", **COLUMNS)
        post.work(owner, "run_import")

        [(said,)] = owner.execute("SELECT custom_fields FROM invoice_drafts").fetchall()
        [(problems,)] = owner.execute("SELECT problems FROM invoice_imports").fetchall()
        assert said == [["Número original", "1"]]
        assert problems == [["3", "En esta línea no hay cliente."]]

    def test_a_new_customer_gets_the_address_beside_its_name(self, clerk, place, owner):
        page = brought(clerk, place, ADDRESSED).headers["Location"]

        look = submit(clerk, page, customer_email="email", **COLUMNS)
        submit(clerk, page, start="1", customer_email="email", **COLUMNS)
        post.work(owner, "run_import")

        query = "SELECT c.email, b.email FROM customers c JOIN billing_accounts b USING (agency_id, payer_id)"
        assert "C-7 · ana@example.com" in look.text
        assert owner.execute(query).fetchall() == [("ana@example.com", "ana@example.com")]

    def test_what_has_no_column_yet_is_named(self, clerk, place):
        page = brought(clerk, place, "invoice,date,customer,item,quantity,amount\n").headers["Location"]

        assert "Choose one for: Unit price." in visit(clerk, page).text

    def test_without_a_file_it_says_so(self, clerk, place):
        answer = clerk.post(place, data={"csrf_token": token(clerk, place)})

        assert answer.status_code == 422
        assert "Choose a CSV file." in answer.text
