"""Whoever is let in to a customer's bills reads the letters about them, but for those they refuse."""

import pytest

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.tenancy import scope
from agency.notices.queries import Receiver
from subaccounts.customers.letters import choose_letters, readers, take_choice_along, wanted_letters
from subaccounts.customers.rules import Letter
from subaccounts.invoices.operations.ending import void
from tests import post
from tests.browsing import submit, visit
from tests.factories import invoices, portal
from tests.factories.portal import GUARDIAN
from tests.factories.tenants import NOON


@pytest.fixture
def letters(address):
    return f"{address}/account/letters"


def read_by(lucia, letter=Letter.INVOICES):
    with scope.of_agency(lucia.agency_id), transaction():
        found = readers(letter, {lucia.id: lucia}, {lucia.id: Receiver("", "es")}, now=NOON)
    return found[lucia.id]


class TestReaders:
    def test_are_those_let_in_today(self, lucia, grant):
        portal.granted(lucia, email="later@example.com", begins_on=NOON.date().replace(year=2030))

        assert read_by(lucia) == [Receiver(GUARDIAN, "es")]

    def test_get_what_is_written_about_the_customer(self, lucia, grant, owner):
        invoice = invoices.invoice(lucia)

        with scope.of_agency(lucia.agency_id), transaction():
            void(invoice.id, reason="Mistake", by=OPERATOR, now=NOON, notify=True)

        assert invoice.number_text in post.letters(owner, GUARDIAN)[-1][0]


class TestChoosing:
    def test_ends_the_letters_that_are_not_ticked(self, marta, lucia, letters):
        submit(marta, letters, wanted="receipts")

        page = visit(marta, letters).text
        assert page.count(" checked") == 1
        assert (read_by(lucia), len(read_by(lucia, Letter.RECEIPTS))) == ([], 1)

    def test_refuses_a_kind_that_is_none(self, marta, lucia, letters):
        answer = submit(marta, letters, wanted="gossip")

        assert (answer.status_code, len(read_by(lucia))) == (422, 1)

    def test_goes_along_to_a_new_address(self, clinic):
        with scope.of_agency(clinic.agency_id), transaction():
            choose_letters(GUARDIAN, [Letter.RECEIPTS], sub_account_id=clinic.id)
            take_choice_along(GUARDIAN, "New@example.com", sub_account_id=clinic.id)

            assert wanted_letters("new@example.com", sub_account_id=clinic.id) == [Letter.RECEIPTS]
            assert wanted_letters(GUARDIAN, sub_account_id=clinic.id) == list(Letter)
