from datetime import UTC, date, datetime

import pytest

from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from tests.factories import cards, due, tenants
from wallet.payment_methods.expiry import DUE
from wallet.payment_methods.models import PaymentMethod
from wallet.payment_methods.rules import Validity, ends_on, validity


class TestValidity:
    @pytest.mark.parametrize(
        ("now", "named"),
        [
            (datetime(2030, 3, 1, tzinfo=UTC), Validity.GOOD),
            (datetime(2030, 4, 1, tzinfo=UTC), Validity.ENDING),
            (datetime(2030, 4, 30, 23, 59, tzinfo=UTC), Validity.ENDING),
            (datetime(2030, 5, 1, tzinfo=UTC), Validity.EXPIRED),
        ],
    )
    def test_a_card_is_good_through_the_last_day_of_its_month(self, now, named):
        assert validity(2030, 4, now=now) is named

    def test_december_ends_with_the_year(self):
        assert ends_on(2030, 12) == date(2031, 1, 1)


class TestTellDue:
    def test_a_letter_goes_out_once_a_month_before(self, agency, card, owner):
        at = _next_due(agency)

        for _each in range(2):
            _run(agency, at)

        assert at == datetime(2030, 4, 1, tzinfo=UTC)
        assert _letters(owner) == [("pagos@dentalnorte.example", "Your card Visa 4242 is about to end")]
        assert _next_due(agency) is None

    def test_a_card_of_december_ends_with_the_year(self, agency, card):
        _change(card, exp_month=12)

        assert _next_due(agency) == datetime(2030, 12, 2, tzinfo=UTC)

    def test_nothing_is_written_before_its_day(self, agency, card, owner):
        _run(agency, datetime(2030, 3, 31, 23, 59, tzinfo=UTC))

        assert _letters(owner) == []

    def test_a_card_that_would_not_be_charged_ends_in_silence(self, agency, card, owner):
        _change(card, is_primary=False)

        _run(agency, datetime(2030, 4, 2, tzinfo=UTC))

        assert _letters(owner) == []

    def test_the_scheduler_finds_the_agency_and_no_other(self, agency, card):
        tenants.agency(name="Otra Agencia")

        with scope.all_tenants(), transaction():
            found = due.agencies_due(DUE, datetime(2030, 4, 2, tzinfo=UTC))

        assert found == [agency.id]


def _next_due(agency):
    with scope.of_agency(agency.id), transaction():
        return due.next_due(DUE)


def _run(agency, now):
    with scope.of_agency(agency.id):
        DUE.run_due(now)


def _change(card, **values):
    with scope.of_agency(card.agency_id), transaction():
        row = session.get_one(PaymentMethod, (card.agency_id, card.id))
        for name, value in values.items():
            setattr(row, name, value)


def _letters(owner):
    return owner.execute("SELECT recipient, subject FROM outgoing_mails").fetchall()


@pytest.fixture
def agency(app, stripe):
    return tenants.agency()


@pytest.fixture
def card(agency):
    added = cards.card(tenants.sub_account(agency, email="pagos@dentalnorte.example"))
    _change(added, exp_year=2030, exp_month=4)
    return added
