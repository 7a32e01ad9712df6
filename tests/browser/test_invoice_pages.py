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

VARIANTS = [("en", "light", 1280), ("en", "dark", 360), ("es", "light", 360), ("es", "dark", 1280)]
variants = pytest.mark.parametrize("look", VARIANTS, ids=["-".join(map(str, variant)) for variant in VARIANTS])


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


@variants
def test_pages_of_the_desk(tab, carla, draft, credited, look):
    language, theme, width = look
    invoice, note = credited
    window = tab(carla, language=language, theme=theme, width=width)
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

    for name, page in pages.items():
        window.open(f"/s/{panel}/billing/{page}")
        window.check(f"invoices-{name}-{language}-{theme}-{width}")


@variants
def test_pages_of_the_agency_and_of_the_link(tab, lumen, clinic, look):
    language, theme, width = look
    invoice = invoices.invoice(clinic)
    with scope.of_agency(lumen.id), transaction():
        token = link_to(invoice, now=clock.now())
    ana = tab(staff.person(lumen, locale=None), language=language, theme=theme, width=width)
    pages = {
        "list": "invoices",
        "tab": f"sub-accounts/{clinic.public_id}/invoices",
        "rates": "exchange-rates",
        "rate-new": "exchange-rates/new",
    }

    for name, page in pages.items():
        ana.open(f"/a/{lumen.slug}/{page}")
        ana.check(f"console-invoices-{name}-{language}-{theme}-{width}")
    ana.open(f"/invoice/{token}")
    ana.check(f"hosted-invoice-{language}-{theme}-{width}")


def test_an_invoice_is_opened_by_keyboard(tab, clinic, carla, draft):
    window = tab(carla)
    page = window.open(f"/s/{clinic.public_id}/billing/customer-invoices/{draft.public_id}")

    page.get_by_role("link", name="Update status").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Open it").focus()
    page.keyboard.press("Enter")

    page.get_by_role("heading", name="Invoice INV-00001").wait_for()
