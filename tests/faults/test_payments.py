"""kill -9 of a payment at every step: the card is charged once, and its money is put to the invoices once."""

import signal

import pytest

from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from tests.factories import invoices, payments, tenants
from tests.faults.paying import STEPS, killed_at
from wallet.charges.queries import charge_of, open_attempt

pytestmark = pytest.mark.slow


@pytest.fixture
def patient(app, stripe):
    seller = tenants.sub_account(tenants.agency())
    payments.receives(seller)
    found = invoices.customer(seller, email="lucia@example.com")
    payments.card(found)
    return found


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_payment_pays_once(patient, settings, stripe, owner, step):
    bills = [invoices.invoice(patient, [invoices.line(amount, taxes=[])]) for amount in ("70.00", "40.00")]
    asked = payments.requested(patient)

    ended = killed_at(step, settings, patient.agency_id, attempt_of(asked))
    owner.execute("UPDATE charge_attempts SET lease_until = NULL")
    payments.collected(asked)

    assert ended == -signal.SIGKILL
    assert [charge["amount"] for charge in stripe.charged()] == [11000]
    assert [invoices.stored(bill).state for bill in bills] == ["closed", "closed"]
    told = "SELECT state, amount_micros, (SELECT count(*) FROM payment_receipts) FROM payments"
    assert owner.execute(told).fetchall() == [("settled", 110_000_000, 1)]
    assert payments.verified(patient) == []


def attempt_of(payment):
    with scope.of_agency(payment.agency_id), transaction():
        found = str(open_attempt(charge_of("payment", payment.id).id).id)
    session.expunge_all()
    return found
