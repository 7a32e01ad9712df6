"""The desk over HTTP: a draft is written, opened, credited, taken back; a payer sees opened ones alone."""

import re
from datetime import date
from io import BytesIO
from zipfile import ZipFile

import pypdf
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from agency.staff.roles import Role
from tests.browsing import submit, visit
from tests.factories import invoices, staff, tenants
from tests.post import letters


@pytest.fixture
def lumen(app):
    return tenants.agency()


@pytest.fixture
def clinic(lumen):
    return tenants.sub_account(lumen, email="clinic@example.com")


@pytest.fixture
def customer(clinic):
    return invoices.customer(clinic, email="lucia@example.com")


@pytest.fixture
def carla(app, lumen, clinic):
    return staff.signed_in(app, staff.person(lumen, email="carla@example.com", role=Role.OWNER, at=clinic))


@pytest.fixture
def desk(clinic):
    return f"/s/{clinic.public_id}/billing/customer-invoices"


class TestChoosingWhomToBill:
    def test_finds_them_by_a_search_and_keeps_the_one_chosen(self, carla, clinic, customer, desk):
        hugo, berta = (invoices.customer(clinic, name=name) for name in ("Hugo Paz", "Berta Ruiz"))

        page = visit(carla, f"{desk}/new?search=hugo&payer={berta.public_id}").text

        assert [each.public_id in page for each in (hugo, berta, customer)] == [True, True, False]


class TestADraft:
    def test_is_written_line_by_line_and_opened(self, carla, customer, desk):
        answer = submit(carla, f"{desk}/new", payer=customer.public_id)
        page = answer.location
        document = re.search(r"inv_\w+", page)[0]
        submit(carla, f"{desk}/{document}/lines/new", description="Cleaning", quantity="1.5", unit_price="100")
        submit(carla, page, period_start="2026-03-01", period_end="2026-03-31", purchase_order="PO-7")

        submit(carla, f"{desk}/{document}/status", page=f"{desk}/{document}", status="open")

        shown = visit(carla, f"{desk}/{document}").text
        assert all(words in shown for words in ("INV-00001", "$150.00", "PO-7", "Mar 1, 2026 \u2013 Mar 31, 2026"))

    def test_says_nothing_by_mail_unless_it_is_asked_to(self, carla, customer, desk, owner):
        silent, told = invoices.draft(customer), invoices.draft(customer)

        for draft, more in ((silent, {}), (told, {"notify": "1"})):
            page = f"{desk}/{draft.public_id}"
            submit(carla, f"{page}/status", page=page, status="open", **more)

        assert [subject for subject, _ in letters(owner, "lucia@example.com")] == [
            "Invoice INV-00002 from Dental Norte: $110.00"
        ]

    def test_is_discarded_and_an_open_one_is_not(self, carla, customer, desk, owner):
        draft, invoice = invoices.draft(customer), invoices.invoice(customer)

        for document in (draft, invoice):
            submit(carla, f"{desk}/{document.public_id}/discard", page=desk)

        assert owner.execute(
            "SELECT (SELECT count(*) FROM invoice_drafts), (SELECT count(*) FROM invoices)"
        ).fetchone() == (0, 1)


class TestTheList:
    def test_finds_by_customer_period_and_status(self, carla, clinic, customer, desk):
        other = invoices.customer(clinic, name="Omar Paz")
        invoices.draft(customer)
        invoices.invoice(other, period=(date(2026, 1, 1), date(2026, 2, 1)))

        asked = ("?search=omar", "?status=draft", "?from=2026-01-31&to=2026-02-10", "?from=2026-02-01&to=2026-02-28")
        found = [(name in visit(carla, desk + query).text) for query in asked for name in ("Omar Paz", "Lucia Herrera")]

        assert found == [True, False, False, True, True, False, False, False]

    def test_opens_all_drafts_and_names_those_it_cannot(self, carla, customer, desk, owner):
        for lines in (None, None, []):
            invoices.draft(customer, lines)

        submit(carla, f"{desk}/open-all", page=f"{desk}?status=draft")

        assert owner.execute("SELECT count(*), max(number) FROM invoices").fetchone() == (2, 2)
        assert "1 not opened" in visit(carla, desk).text

    def test_packs_the_ticked_ones(self, carla, customer, desk):
        documents = [invoices.draft(customer).public_id, invoices.invoice(customer).public_id]

        answer = submit(carla, f"{desk}/chosen", page=desk, act="pdf", document=documents)

        packed = ZipFile(BytesIO(answer.data))
        assert sorted(packed.namelist()) == ["INV-00001.pdf", f"{documents[0]}.pdf"]


class TestFiles:
    def test_agree_on_the_total_and_a_draft_says_what_it_is(self, carla, clinic, customer, desk):
        mora = invoices.provider(clinic)
        lines = [invoices.line("33.33"), invoices.line("66.67", provider_id=mora.id), invoices.line("-0.01", taxes=[])]
        document = invoices.draft(customer, lines)
        page = f"{desk}/{document.public_id}"

        screen, pdf = visit(carla, page).text, visit(carla, f"{page}/pdf").data
        summed = [column_sum(visit(carla, f"{page}/csv{query}").text, "Total") for query in ("", "?detail=lines")]

        paper = pypdf.PdfReader(BytesIO(pdf)).pages[0].extract_text()
        assert "$109.99" in screen
        assert "$109.99" in paper
        assert "DRAFT" in paper
        assert summed == [10999, 10999]

    def test_of_an_invoice_are_the_same_bytes_each_time(self, carla, customer, desk, owner):
        page = f"{desk}/{invoices.invoice(customer).public_id}/pdf"

        first = visit(carla, page).data
        owner.execute("DELETE FROM stored_pdfs")

        assert visit(carla, page).data == first


def column_sum(text, name):
    """In cents."""
    head, *rows = [line.split(",") for line in text.lstrip("\ufeff").splitlines()]
    return sum(round(float(row[head.index(name)]) * 100) for row in rows)


class TestACreditNote:
    def test_is_typed_per_line_and_numbered(self, carla, customer, desk):
        invoice = invoices.invoice(customer)
        page = f"{desk}/{invoice.public_id}/credit"
        field = re.search(r'name="(line_\w+)"', visit(carla, page).text)[1]

        answer = submit(carla, page, reason="Not given", **{field: "55.00"})

        assert "CN-00001" in visit(carla, answer.location).text
        assert str(invoices.stored(invoice).balance) == "55.00 USD"

    def test_is_refused_at_the_line_of_which_less_is_left(self, carla, customer, desk):
        page = f"{desk}/{invoices.invoice(customer).public_id}/credit"
        field = re.search(r'name="(line_\w+)"', visit(carla, page).text)[1]

        answer = submit(carla, page, reason="Not given", **{field: "110.01"})

        told = answer.text.partition(f'id="{field}-field-error"')[2].partition("</p>")[0]
        assert "At most $110.00 is left of this line." in told


class TestADraftIsInvisible:
    """Of the agency's draft its client finds nothing, by no page, count, file, search, or query."""

    @pytest.fixture
    def draft(self, clinic):
        return invoices.draft(clinic, [invoices.line(description="Secret plan")])

    def test_on_pages_and_files_of_its_payer(self, carla, clinic, draft):
        billed = f"/s/{clinic.public_id}/billing/invoices"
        pages = ("", "?status=draft", "?search=Dental", "/export.csv", "/export.csv?detail=lines")

        texts = [visit(carla, billed + page).text for page in pages]
        files = [
            visit(carla, f"{billed}/{draft.public_id}{page}").status_code for page in ("", "/pdf", "/csv", "/print")
        ]

        assert not any("Secret" in found or draft.public_id in found for found in texts)
        assert files == [404, 404, 404, 404]
        assert submit(carla, f"{billed}/chosen", page=billed, act="csv", document=draft.public_id).status_code == 404

    def test_by_the_api_with_its_key(self, client, lumen, clinic, draft):
        head = staff.bearer(staff.api_key(lumen, at=clinic))
        pages = ("", "/pdf", "/csv", "/explanation")

        answers = [client.get(f"/api/v1/invoices/{draft.public_id}{page}", headers=head).status_code for page in pages]

        assert answers == [404, 404, 404, 404]
        assert client.get("/api/v1/invoices", headers=head).json["data"] == []

    def test_in_the_database_of_a_narrowed_scope_and_of_the_portal(self, clinic, customer, draft):
        own, opened = invoices.draft(customer), invoices.invoice(customer)
        invoices.invoice(invoices.customer(clinic, name="Omar Paz"))

        assert rows_seen("invoice_drafts", scope.Role.APPLICATION, clinic) == [own.id]
        assert rows_seen("invoices", scope.Role.PORTAL, clinic, customer) == [opened.id]
        with pytest.raises(ProgrammingError, match="permission denied"):
            rows_seen("invoice_drafts", scope.Role.PORTAL, clinic, customer)


def rows_seen(table, role, clinic, *granted):
    """The ids that a scope shows of a table, asked without the mapper."""
    narrowed = scope.Scope(
        agency_id=clinic.agency_id,
        sub_account_id=clinic.id,
        customer_ids=tuple(customer.id for customer in granted),
        role=role,
    )
    session.remove()
    with scope.scoped(narrowed), transaction():
        return [row.id for row in session.connection().execute(text(f"SELECT id FROM {table}"))]
