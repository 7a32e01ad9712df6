from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.mail.models import OutgoingMail
from agency.foundation.tenancy import scope
from subaccounts.invoices.operations.ending import void
from subaccounts.reminders import operations
from subaccounts.reminders.jobs import DUE
from subaccounts.reminders.mails import remind
from tests.browsing import submit
from tests.factories import cards, invoices, payments, staff
from tests.factories.tenants import NOON

DUE_ON = date(2026, 3, 16)


def letters(of):
    """Subjects of what was sent, in order."""
    with scope.of_agency(of.agency_id), transaction():
        return [row.subject for row in session.scalars(select(OutgoingMail).order_by(OutgoingMail.id))]


def reminded(of, *, until):
    """The letters of a day's end, each day's work done as it falls due."""
    with scope.of_agency(of.agency_id):
        DUE.run_due(until)
    return [subject for subject in letters(of) if "due" in subject.lower()]


def day(month, number):
    return datetime(2026, month, number, 20, tzinfo=UTC)


class TestReminding:
    def test_letters_come_before_and_after_the_due_date(self, seller, bill):
        invoice = bill("100.00", due_on=DUE_ON)

        reminded(seller, until=day(3, 12))
        reminded(seller, until=day(3, 13))
        found = reminded(seller, until=day(3, 17))

        number = f"invoice {invoice.number_text} from {seller.name}"
        assert found == [f"Due soon: {number}", f"Past due: {number}"]

    def test_missed_days_are_caught_up_with_one_letter(self, seller, bill):
        bill("100.00", due_on=DUE_ON)

        assert len(reminded(seller, until=day(3, 24))) == 1

    def test_the_same_day_twice_sends_once(self, seller, bill):
        bill("100.00", due_on=DUE_ON)

        reminded(seller, until=day(3, 17))

        assert len(reminded(seller, until=day(3, 17))) == 1

    @pytest.mark.parametrize("end", ["paid", "void", "disputed"])
    def test_they_stop(self, seller, patient, bill, end):
        invoice = bill("100.00", due_on=DUE_ON)
        if end == "void":
            with scope.of_agency(seller.agency_id), transaction():
                void(invoice.id, reason="Mistake", by=OPERATOR, now=NOON)
        else:
            paid = payments.paid(patient)
            if end == "disputed":
                payments.disputed(paid)

        assert reminded(seller, until=day(4, 30)) == []

    def test_one_that_cannot_be_sent_holds_up_no_other(self, seller, bill, monkeypatch):
        unlucky = bill("100.00", due_on=DUE_ON)
        other = bill("50.00", due_on=DUE_ON)

        def refuse(invoice, *, days, now):
            assert invoice.id != unlucky.id
            remind(invoice, days=days, now=now)

        monkeypatch.setattr(operations, "remind", refuse)
        with pytest.raises(ExceptionGroup):
            reminded(seller, until=day(3, 17))

        assert letters(seller)[-1] == f"Past due: invoice {other.number_text} from {seller.name}"

    def test_a_seller_says_when(self, app, seller, bill):
        clerk = staff.signed_in(app, staff.person(payments.agency_of(seller), at=seller))
        submit(clerk, f"/s/{seller.public_id}/billing/reminders", before_days="", after_days="5")
        bill("100.00", due_on=DUE_ON)

        assert reminded(seller, until=day(3, 20)) == []
        assert len(reminded(seller, until=day(3, 21))) == 1


class TestTellingOfPayments:
    def test_one_that_came_is_thanked_for(self, seller, patient, bill):
        bill("100.00")
        payments.recorded(patient, "130.00")

        assert letters(seller)[-1] == f"{seller.name} received your payment of $130.00"

    def test_a_declined_card_is_told(self, seller, stripe):
        other = invoices.customer(seller, name="Hugo Paz", email="hugo@example.com")
        payments.card(other, cards.DECLINING)
        invoices.invoice(other, [invoices.line(taxes=[])])
        payments.paid(other)

        assert letters(seller)[-1] == f"Your payment of $100.00 to {seller.name} failed"
