"""Every file of a customer opens for whoever may read that customer now, and for nobody else."""

import pytest
from sqlalchemy import select

from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from subaccounts.payments.models.refunds import PaymentReceipt
from tests.browsing import visit
from tests.factories import invoices, payments, portal, statements, tenants

REFUSED = {302, 404}
SPOILT = {
    "an expired session": "UPDATE portal_sessions SET expires_at = now()",
    "an ended session": "UPDATE portal_sessions SET ended_at = now()",
    "a revoked grant": "UPDATE portal_grants SET revoked_at = now()",
    "a grant that ended": "UPDATE portal_grants SET ends_on = begins_on",
}


@pytest.fixture
def files(address, clinic, lucia):
    """The addresses of an invoice as page and file, of two statements and of a receipt: all show the clinic's logo."""
    portal.dressed(clinic)
    opened = invoices.invoice(lucia)
    paid = payments.recorded(lucia, "40.00")
    with scope.of_agency(lucia.agency_id), transaction():
        receipt = session.scalars(select(PaymentReceipt).where(PaymentReceipt.payment_id == paid.id)).one()
    session.remove()
    mine = f"{address}/{lucia.public_id}"
    return [
        f"{mine}/invoices/{opened.public_id}",
        f"{mine}/invoices/{opened.public_id}/pdf",
        *(f"{mine}/statements/{statements.made(lucia, kind).public_id}/pdf" for kind in statements.StatementKind),
        f"{mine}/payments/{paid.public_id}/receipts/{receipt.public_id}/pdf",
    ]


def answers(browser, files):
    return {visit(browser, file).status_code for file in files}


def test_they_open_for_who_may_read_them(marta, files):
    assert answers(marta, files) == {200}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_they_stay_closed_to(marta, owner, files, spoilt):
    owner.execute(SPOILT[spoilt])

    assert answers(marta, files) <= REFUSED


def test_they_stay_closed_to_another_profile_under_either_address(app, clinic, files, lucia):
    leo = invoices.customer(clinic, name="Leo Herrera")
    browser = portal.signed_in(app, portal.granted(leo, email="leo@example.com"), clinic)
    under_leo = [file.replace(lucia.public_id, leo.public_id) for file in files]

    assert answers(browser, files + under_leo) == {404}


def test_they_stay_closed_to_a_guest_of_another_portal(app, agency, files, lucia):
    yoga = tenants.sub_account(agency, name="Riverside Yoga")
    guest = invoices.customer(yoga)
    browser = portal.signed_in(app, portal.granted(guest), yoga)
    at_yoga = [f"/p/{portal.slug(yoga)}/{guest.public_id}/{file.split(lucia.public_id + '/')[1]}" for file in files]

    assert answers(browser, files) == {302}
    assert answers(browser, at_yoga) == {404}


def test_they_stay_closed_to_a_stranger_and_to_staff_without_a_grant(app, dora, files):
    assert answers(app.test_client(), files) | answers(dora, files) == {302}
