"""Invoices as people see them: the desk, the paper, what a payer sees, and an invoice opened with the keyboard."""

import pytest

from agency.foundation import clock
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.ids import encode
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.staff.roles import Role
from subaccounts.invoices.operations.crediting import CreditWish, issue_credit_note
from subaccounts.invoices.operations.linking import link_to
from tests.factories import invoices, staff, tenants
from tests.factories.tenants import NOON


@pytest.fixture
def lumen(app):
    return tenants.agency()


@pytest.fixture
def clinic(lumen):
    return tenants.sub_account(lumen)


@pytest.fixture
def customer(clinic):
    return invoices.customer(clinic, email="lucia@example.com", reference="P-1042")


@pytest.fixture
def carla(lumen, clinic):
    return staff.person(lumen, email="carla@example.com", name="Carla Solis", role=Role.OWNER, at=clinic, locale=None)


@pytest.fixture
def draft(clinic, customer):
    mora = invoices.provider(clinic)
    lines = [invoices.line("850.00"), invoices.line("1200.50", description="Root canal", provider_id=mora.id)]
    return invoices.draft(customer, lines, notes="Thank you for your visit.", beneficiary="Nora Herrera")


@pytest.fixture
def credited(customer, draft):
    invoice = invoices.invoice(customer)
    part = {invoices.lines(invoice)[0].id: Money.of("11.00", "USD")}
    with scope.of_agency(customer.agency_id), transaction():
        note = issue_credit_note(invoice.id, CreditWish(reason="Not given", lines=part), by=OPERATOR, now=NOON)
        return invoice, note


def test_pages_of_the_desk(window, carla, draft, credited):
    invoice, note = credited
    panel, payer = encode("sac", draft.sub_account_id), encode("cus", draft.customer_id)
    desk, drafted = "customer-invoices", f"customer-invoices/{draft.public_id}"
    pages = {
        "list": desk,
        "draft": drafted,
        "draft-edit": f"{drafted}/edit",
        "draft-line": f"{drafted}/lines/new",
        "print": f"{drafted}/print",
        "invoice": f"{desk}/{invoice.public_id}",
        "credit": f"{desk}/{invoice.public_id}/credit",
        "notes": f"{desk}/credit-notes",
        "note": f"{desk}/credit-notes/{note.public_id}",
        "new": f"{desk}/new",
        "settings": f"{desk}/settings",
        "customers": "customers",
        "customer": f"customers/{payer}",
        "customer-new": "customers/new",
        "billed": "invoices",
    }

    window(carla).show({name: f"/s/{panel}/billing/{page}" for name, page in pages.items()})


def test_pages_of_the_agency_and_of_the_link(window, lumen, clinic):
    invoice = invoices.invoice(clinic)
    with scope.of_agency(lumen.id), transaction():
        token = link_to(invoice, now=clock.now())
    ana = window(staff.person(lumen, locale=None))
    pages = {
        "list": "invoices",
        "tab": f"sub-accounts/{clinic.public_id}/invoices",
        "rates": "exchange-rates",
        "rate-new": "exchange-rates/new",
    }

    ana.show({f"console-{name}": f"/a/{lumen.slug}/{page}" for name, page in pages.items()})
    ana.show({"hosted": f"/invoice/{token}"})


def test_an_invoice_is_opened_by_keyboard(tab, clinic, carla, draft):
    page = tab(carla).open(f"/s/{clinic.public_id}/billing/customer-invoices/{draft.public_id}")

    page.get_by_role("link", name="Update status").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Open it").focus()
    page.keyboard.press("Enter")

    page.get_by_role("heading", name="Invoice INV-00001").wait_for()
