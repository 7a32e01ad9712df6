import pytest

from tests.factories import invoices, payments, tenants


@pytest.fixture
def seller(app, stripe):
    """A sub-account that takes cards of its own customers."""
    opened = tenants.sub_account(tenants.agency())
    payments.receives(opened)
    return opened


@pytest.fixture
def patient(seller):
    """A customer with a card that pays."""
    found = invoices.customer(seller, email="lucia@example.com")
    payments.card(found)
    return found


@pytest.fixture
def bill(patient):
    """Opens an invoice over an amount, tax included."""
    return lambda amount="110.00", **more: invoices.invoice(patient, [invoices.line(amount, taxes=[])], **more)
