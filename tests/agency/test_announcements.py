"""What programs are told, of everything that the floors publish: in the transaction in which it happened."""

from datetime import timedelta

import pytest

from agency.announcements import ANNOUNCEMENTS
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from subaccounts.billing_run.operations.running import run
from tests.factories import cards, funds, invoices, payments, plans, subscriptions, tenants
from wallet.billing_accounts.queries import payer_of
from wallet.payment_methods.operations import detach
from wallet.payment_methods.queries import cards as on_file


@pytest.fixture
def shop(app, stripe):
    return tenants.sub_account(tenants.agency())


@pytest.fixture
def told(owner):
    """Kind and data of every event in the log, oldest first."""
    return lambda: owner.execute("SELECT kind, data FROM event_log ORDER BY id").fetchall()


def test_of_a_new_sub_account(shop, told):
    [(kind, data)] = told()

    assert kind == "sub_account.opened"
    assert (data["sub_account_id"], data["sub_account"]["name"]) == (shop.public_id, "Dental Norte")


def test_of_a_card_and_of_funds_on_it(shop, told):
    card = cards.card(shop)
    funds.added(shop, "25.00")

    assert [kind for kind, _data in told()] == [
        "sub_account.opened",
        "payment_method.attached",
        "wallet.topped_up",
        "charge.settled",
    ]
    data = dict(told())
    assert data["payment_method.attached"]["card"]["id"] == card.public_id
    assert data["wallet.topped_up"]["top_up"]["amount"] == {"amount": "25.00", "currency": "USD"}
    assert data["charge.settled"]["charge"]["payment_method_id"] == card.public_id
    assert data["charge.settled"]["charge"]["state"] == "settled"


def test_of_a_recharge(shop, told):
    cards.card(shop)
    funds.rule(shop, "25.00", confirm=True)
    funds.collected(shop)

    data = dict(told())["wallet.recharged"]

    assert (data["sub_account_id"], data["recharge"]["state"]) == (shop.public_id, "settled")


def test_of_a_recharge_that_is_declined_and_paused(shop, told):
    cards.card(shop, "pm_card_chargeCustomerFail")
    funds.rule(shop, "25.00", confirm=True)
    funds.collected(shop)

    data = dict(told())

    assert data["charge.declined"]["charge"]["decline_class"] == data["recharge.declined"]["recharge"]["decline_class"]
    assert "wallet.recharged" not in data


def test_of_a_card_that_is_removed(shop, told):
    card = cards.card(shop)
    with scope.of_agency(shop.agency_id), transaction():
        [found] = on_file(payer_of(shop.id).id)
        detach(found, confirmed=True, by=OPERATOR, now=tenants.NOON)

    assert dict(told())["payment_method.detached"]["card"]["last4"] == card.last4


def test_of_a_sub_account_that_is_paused(shop, told):
    funds.suspended(shop)

    kind, data = told()[-1]

    assert (kind, data["sub_account"]["state"]) == ("sub_account.paused", "paused")


def test_of_the_course_of_a_subscription(shop, told):
    row = subscriptions.subscription(shop, plans.plan(funds.agency_of(shop)))
    with scope.of_agency(shop.agency_id):
        run(tenants.NOON + timedelta(days=40))
    subscriptions.canceled(row)

    course = [(kind, data["subscription"]["state"]) for kind, data in told() if kind.startswith("subscription.")]
    assert course == [
        ("subscription.created", "active"),
        ("subscription.renewed", "active"),
        ("subscription.canceled", "canceled"),
    ]


def test_under_names_of_one_kind():
    kinds = [told.kind for told in ANNOUNCEMENTS]

    assert len(set(kinds)) == len(kinds)
    assert all(kind.count(".") == 1 and kind == kind.lower() for kind in kinds)


def test_of_an_invoice_that_is_paid_and_given_back(shop, told):
    payments.receives(shop)
    patient = invoices.customer(shop, email="lucia@example.com")
    payments.card(patient)
    invoice = invoices.invoice(patient, [invoices.line(taxes=[])])
    payment = payments.paid(patient)
    payments.refunded(payment)

    kinds = [kind for kind, _data in told() if kind.partition(".")[0] in {"invoice", "payment"}]
    data = dict(told())
    assert kinds == ["invoice.opened", "invoice.paid", "payment.received", "invoice.reopened", "payment.refunded"]
    assert data["invoice.opened"]["invoice"]["number"] == invoice.number_text
    assert data["payment.received"]["payment"]["allocations"][0]["invoice_id"] == invoice.public_id
    assert data["payment.refunded"]["refund"]["amount"] == {"amount": "100.00", "currency": "USD"}
