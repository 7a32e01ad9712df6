"""Payments, statements, aging, imports and reminders as a sub-account's people see them."""

import pytest

from tests.factories import invoices, payments, staff, tenants

VARIANTS = [("en", "light", 1280), ("es", "dark", 360)]
PAGES = ("customer-payments", "statements/new", "reports/aging", "invoice-imports", "reminders")


@pytest.mark.parametrize("look", VARIANTS, ids=["-".join(map(str, variant)) for variant in VARIANTS])
def test_pages_of_the_seller(tab, app, look):
    language, theme, width = look
    clinic = tenants.sub_account(tenants.agency())
    patient = invoices.customer(clinic)
    invoices.invoice(patient, [invoices.line("100.00", taxes=[])])
    paid = payments.recorded(patient, "130.00")
    carla = staff.person(payments.agency_of(clinic), at=clinic)
    window = tab(carla, language=language, theme=theme, width=width)

    for page in (*PAGES, f"customer-payments/{paid.public_id}", f"customer-payments/new?payer={patient.public_id}"):
        window.open(f"/s/{clinic.public_id}/billing/{page}")
        name = page.partition("?")[0].partition("/pay_")[0].replace("/", "-")
        window.check(f"seller-{name}-{language}-{theme}-{width}")
