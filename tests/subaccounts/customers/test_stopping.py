"""Letters say how to stop them: one press on a page, or one click in a mail program."""

from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from agency.foundation.database.session import session, transaction
from agency.foundation.mail.models import OutgoingMail
from agency.foundation.mail.smtp import compose
from agency.foundation.tenancy import scope
from agency.notices.queries import receivers, wanted_by
from agency.notices.rules import Notice
from subaccounts.customers.letters import wanted_letters
from subaccounts.customers.rules import Letter
from tests.factories import invoices, payments, staff, tenants


@pytest.fixture
def seller(app):
    return tenants.sub_account(tenants.agency())


@pytest.fixture
def letter(seller):
    """A letter to a customer about a payment that came."""
    payments.recorded(invoices.customer(seller, email="lucia@example.com"), "10.00")
    with scope.of_agency(seller.agency_id), transaction():
        return session.scalars(select(OutgoingMail)).one()


def wanted(seller):
    with scope.of_agency(seller.agency_id), transaction():
        return wanted_letters("lucia@example.com", sub_account_id=seller.id)


class TestALetter:
    def test_carries_its_address_in_head_and_foot(self, letter):
        message = compose(letter, sender="post@example.com")

        assert message["List-Unsubscribe"] == f"<{letter.unsubscribe}>"
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert letter.unsubscribe in letter.text
        assert letter.unsubscribe in letter.html
        assert "lucia" not in letter.unsubscribe

    def test_is_stopped_by_one_click_and_not_by_looking(self, client, seller, letter):
        path = urlsplit(letter.unsubscribe).path

        looked = client.get(path)
        before = wanted(seller)
        client.post(path, data={"List-Unsubscribe": "One-Click"})

        assert "Payments received" in looked.get_data(as_text=True)
        assert set(before) - set(wanted(seller)) == {Letter.RECEIPTS}
        client.post(path, data={"again": "1"})
        assert wanted(seller) == before

    def test_of_a_team_is_stopped_for_its_person_alone(self, client, seller):
        agency = payments.agency_of(seller)
        people = [staff.person(agency, email=f"{name}@example.com", at=seller) for name in ("carla", "hugo")]
        with scope.of_agency(agency.id), transaction():
            found = receivers(Notice.RENEWALS, seller.id, language="en")

        client.post(urlsplit(found[0].stop).path)

        with scope.of_agency(agency.id), transaction():
            counts = [len(wanted_by(person.id, sub_account_id=seller.id)) for person in people]
        assert sorted(counts) == [len(Notice) - 1, len(Notice)]

    def test_of_a_made_up_address_is_not_there(self, client, letter):
        assert client.post(urlsplit(letter.unsubscribe).path[:-24]).status_code == 404
