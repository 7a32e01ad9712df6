from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select

from agency.foundation.actor import OPERATOR
from agency.foundation.contrast import derive_accent
from agency.foundation.database.session import session, transaction
from agency.foundation.mail.models import OutgoingMail
from agency.foundation.tenancy import scope
from subaccounts.invoices.models.invoices import Invoice
from subaccounts.invoices.operations.documents import pdf_of
from subaccounts.portal.operations.portals import brand_portal, set_portal_logo
from subaccounts.portal.queries import portal_of
from tests.factories import invoices, payments, tenants
from tests.factories.tenants import NOON

ACCENT = "#7a1fa2"


@pytest.fixture
def seller(app):
    return tenants.sub_account(tenants.agency())


def branded(seller, colour):
    written = BytesIO()
    Image.new("RGB", (80, 20), colour).save(written, "PNG")
    with scope.of_agency(seller.agency_id), transaction():
        portal = portal_of(seller.id)
        brand_portal(portal, name=None, accent=ACCENT, by=OPERATOR, now=NOON)
        set_portal_logo(portal, written.getvalue(), by=OPERATOR, now=NOON)


def pdf(invoice):
    with scope.of_agency(invoice.agency_id), transaction():
        return pdf_of(session.get_one(Invoice, (invoice.agency_id, invoice.id)), now=NOON)


def logos(content):
    """The colour of each picture on the first page."""
    return [image.image.convert("RGB").getpixel((0, 0)) for image in PdfReader(BytesIO(content)).pages[0].images]


class TestTheFaceOfASeller:
    def test_stands_on_its_letters(self, seller):
        branded(seller, "teal")

        payments.recorded(invoices.customer(seller, email="lucia@example.com"), "10.00")

        with scope.of_agency(seller.agency_id), transaction():
            [letter] = session.scalars(select(OutgoingMail))
        assert derive_accent(ACCENT).light in letter.html
        assert "/branding/" in letter.html

    def test_stays_as_it_was_when_the_invoice_was_opened(self, seller):
        branded(seller, "teal")
        invoice = invoices.invoice(invoices.customer(seller))
        branded(seller, "red")

        assert invoices.stored(invoice).document["seller"]["accent"] == ACCENT
        assert logos(pdf(invoice)) == [(0, 128, 128)]

    def test_of_an_agency_is_not_that_of_its_sub_accounts(self, seller):
        branded(seller, "teal")

        assert logos(pdf(invoices.invoice(seller))) == []


class TestAListOfTwoPages:
    def test_repeats_its_head_and_breaks_no_row(self, seller):
        of_two_lines = [invoices.line(description=f"Visit {number} " + "long " * 30) for number in range(40)]

        pages = PdfReader(BytesIO(pdf(invoices.invoice(invoices.customer(seller), of_two_lines)))).pages

        assert [page.extract_text().count("Unit price") for page in pages] == [1] * len(pages)
        assert sum(page.extract_text().count("Visit") for page in pages) == len(of_two_lines)
