"""What cannot be done with invoices is refused with the field it is about and what to do instead, in both languages."""

from datetime import date

import pytest
from flask_babel import force_locale

from agency.foundation.actor import OPERATOR
from agency.foundation.csv_files import csv_answer
from agency.foundation.database.session import transaction
from agency.foundation.errors import DomainError
from agency.foundation.tenancy import scope
from subaccounts.imports.rules.files import decoded
from subaccounts.invoices.operations.editing import change_draft, discard
from subaccounts.invoices.operations.ending import void
from subaccounts.invoices.operations.opening import open_draft
from tests.factories import invoices, payments, staff, tenants
from tests.factories.tenants import NOON

BY = {"by": OPERATOR, "now": NOON}


@pytest.fixture
def seller(app):
    return tenants.sub_account(tenants.agency())


@pytest.fixture
def patient(seller):
    return invoices.customer(seller)


def refused(agency_id, act):
    """The field, and what is said in English and in Spanish."""
    with pytest.raises(DomainError) as told, scope.of_agency(agency_id), transaction():
        act()
    said = []
    for language in ("en", "es"):
        with force_locale(language):
            said.append(str(told.value))
    return told.value.field, *said


ACTS = {
    "opening an empty one": (
        lambda payer: invoices.draft(payer, []),
        lambda found: open_draft(found.id, **BY),
        ("lines", "Add one, or discard the draft.", "Agrega"),
    ),
    "opening a negative one": (
        lambda payer: invoices.draft(payer, [invoices.line("-1.00")]),
        lambda found: open_draft(found.id, **BY),
        ("lines", "issue a credit note for it.", "nota de crédito"),
    ),
    "opening one due before its issue": (
        lambda payer: invoices.draft(payer, due_on=date(2026, 3, 1)),
        lambda found: open_draft(found.id, **BY),
        ("due_on", "Choose today or a later day.", "Elige"),
    ),
    "changing an open one": (
        invoices.invoice,
        lambda found: change_draft(found.id, {"notes": "Later"}, **BY),
        (None, "Void it, or issue a credit note.", "nota de crédito"),
    ),
    "discarding an open one": (
        invoices.invoice,
        lambda found: discard(found.id, **BY),
        (None, "Void it, or issue a credit note.", "nota de crédito"),
    ),
}


class TestAnInvoice:
    @pytest.mark.parametrize("name", ACTS)
    def test_says_what_to_do_instead_of(self, patient, name):
        made, act, (field, english, spanish) = ACTS[name]
        found = made(patient)

        told = refused(patient.agency_id, lambda: act(found))

        assert told[0] == field
        assert english in told[1]
        assert spanish in told[2]

    def test_says_what_to_do_instead_of_voiding_a_paid_one_and_giving_back_too_much(self, patient):
        invoice = invoices.invoice(patient, [invoices.line(taxes=[])])
        paid = payments.recorded(patient, "60.00")

        voided = refused(patient.agency_id, lambda: void(invoice.id, reason="Mistake", **BY))
        field, english, spanish = refused(patient.agency_id, lambda: payments.refunded(paid, "60.01"))

        assert voided[1].endswith("Issue a credit note instead.")
        assert "nota de crédito" in voided[2]
        assert field == "amount"
        assert "Give back that or less." in english
        assert "Devuelve eso o menos." in spanish

    def test_in_a_currency_without_an_account_is_refused_at_the_field(self, app, patient, seller):
        program = staff.bearer(staff.api_key(payments.agency_of(seller)))
        wish = {"customer_id": patient.public_id, "currency": "MXN", "lines": []}

        answer = app.test_client().post("/api/v1/invoices", json=wish, headers=program | {"Idempotency-Key": "a"})

        assert answer.status_code == 422
        assert "bill in another currency" in str(answer.json)


class TestAFile:
    def test_in_another_encoding_says_how_to_save_it(self, app):
        with app.test_request_context():
            field, english, spanish = refused(tenants.agency().id, lambda: decoded("Señora".encode("utf-16")))

        assert field == "file"
        assert "Save it as CSV UTF-8" in english
        assert "CSV UTF-8" in spanish

    def test_never_carries_a_formula_out(self, app):
        with app.test_request_context():
            sent = csv_answer("lines", ["What"], [["=HYPERLINK(1)"], ["@cmd"], ["-5.00"]]).get_data(as_text=True)

        assert [line.strip('"\r') for line in sent.splitlines()[1:]] == ["'=HYPERLINK(1)", "'@cmd", "-5.00"]
