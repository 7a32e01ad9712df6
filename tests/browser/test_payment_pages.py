"""Payments, statements, aging, imports and reminders as a sub-account's people see them."""

from tests.factories import invoices, payments, staff, tenants

PAGES = ("customer-payments", "statements/new", "reports/aging", "invoice-imports", "reminders", "late-fees")


def test_pages_of_the_seller(window, app, language):
    clinic = tenants.sub_account(tenants.agency())
    patient = invoices.customer(clinic)
    invoices.invoice(patient, [invoices.line("100.00", taxes=[])])
    paid = payments.recorded(patient, "130.00")
    carla = window(staff.person(payments.agency_of(clinic), at=clinic, locale=language))

    for page in (*PAGES, f"customer-payments/{paid.public_id}", f"customer-payments/new?payer={patient.public_id}"):
        carla.open(f"/s/{clinic.public_id}/billing/{page}")
        name = page.partition("?")[0].partition("/pay_")[0].replace("/", "-")
        carla.check(name)
