"""What a publisher is due falls by what the operator says was paid, in the books of every agency that owed it."""

from datetime import date, timedelta

import pytest

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from marketplace.installs.operations.charging import charge_usage
from marketplace.installs.operations.refunding import refund_usage
from marketplace.payouts import queries
from marketplace.payouts.operations import (
    MoreThanDue,
    PaidLater,
    PayoutUnbooked,
    PayoutWish,
    ReferenceUsed,
    correct_payout,
    record_payout,
)
from marketplace.payouts.rules import allocated
from tests.factories import marketplace, staff, tenants
from tests.factories.tenants import NOON
from tests.post import work
from wallet.ledger.checks import verify

PAID_ON = date(2026, 2, 1)


class Paying:
    """An app at two agencies' clients, who paid 10.00 each: its publisher has 8.00 of each."""

    def __init__(self, owner):
        self.owner = owner
        self.publisher = marketplace.publisher()
        self.app = marketplace.approved(marketplace.app(self.publisher, prices=(marketplace.usage(amount="1.00"),)))
        self.installs = [self._used(tenants.agency()) for _agency in range(2)]

    def _used(self, agency):
        client = tenants.sub_account(agency)
        marketplace.offered(agency, self.app)
        marketplace.funded(client, "20.00")
        row = marketplace.installed(client, self.app)
        with scope.of_agency(agency.id), transaction():
            charged = charge_usage(row.id, marketplace.wish(quantity="10"), now=NOON)
        self.charge = charged
        return row

    def record(self, amount, reference="WIRE-1", *, paid_on=PAID_ON, booked=True):
        wish = PayoutWish(amount=Money.of(amount, "USD"), paid_on=paid_on, reference=reference)
        with scope.of_agency(self.app.publisher_id), transaction():
            row = record_payout(wish, by=OPERATOR, now=tenants.NOON)
        return self._booked(row) if booked else row

    def give_back(self, amount):
        row, money = self.installs[-1], Money.of(amount, "USD")
        with scope.of_agency(row.agency_id), transaction():
            refund_usage(row.id, self.charge.id, event_id="back-1", amount=money, description="", now=NOON)

    def correct(self, payout):
        with scope.of_agency(self.app.publisher_id), transaction():
            row = correct_payout(queries.payout(payout.id), by=OPERATOR, now=NOON)
        return self._booked(row)

    def _booked(self, row):
        work(self.owner, "book_parts")
        return row

    def told(self):
        """What the publisher's programs heard of its payouts."""
        heard = "SELECT kind, data #>> '{payout,amount,amount}' FROM event_log WHERE kind LIKE 'payout%' ORDER BY id"
        return self.owner.execute(heard).fetchall()

    def due(self):
        """What is due; the books of both agencies say the same."""
        for row in self.installs:
            with scope.of_agency(row.agency_id), transaction():
                assert verify(row.agency_id) == []
        payable = "SELECT sum(credits_posted - debits_posted) FROM ledger_accounts WHERE kind = 'developer_payable'"
        with scope.of_agency(self.app.publisher_id), transaction():
            (account,) = queries.accounts()
        assert self.owner.execute(payable).fetchone() == (account.due.micros,)
        return account.due.plain()


@pytest.fixture
def paying(app, owner):
    return Paying(owner)


class TestAPayout:
    def test_of_a_part_leaves_the_rest_due(self, paying):
        paying.record("10.00")

        assert paying.due() == "6.00"
        paying.record("6.00", "WIRE-2")
        assert paying.due() == "0.00"

    def test_said_twice_is_recorded_once(self, paying):
        first = paying.record("10.00")

        again = paying.record("10.00")

        assert again.id == first.id
        assert paying.due() == "6.00"

    @pytest.mark.parametrize(
        ("amount", "reference", "paid_on", "refusal"),
        [
            ("6.01", "WIRE-2", PAID_ON, MoreThanDue),
            ("0.00", "WIRE-2", PAID_ON, MoreThanDue),
            ("1.00", "WIRE-1", PAID_ON, ReferenceUsed),
            ("1.00", "WIRE-2", NOON.date() + timedelta(days=1), PaidLater),
        ],
    )
    def test_that_cannot_be_is_refused(self, paying, amount, reference, paid_on, refusal):
        paying.record("10.00")

        with pytest.raises(refusal):
            paying.record(amount, reference, paid_on=paid_on)

        assert paying.due() == "6.00"

    def test_waits_until_the_one_before_is_booked(self, paying):
        paying.record("10.00", booked=False)

        with pytest.raises(PayoutUnbooked):
            paying.record("6.00", "WIRE-2")

    def test_taken_back_is_due_again_and_frees_its_reference(self, paying):
        payout = paying.record("10.00")

        first, again = paying.correct(payout), paying.correct(payout)

        assert first.id == again.id
        assert paying.due() == "16.00"
        assert paying.told() == [("payout.recorded", "10.00"), ("payout.corrected", "-10.00")]
        paying.record("16.00")
        assert paying.due() == "0.00"

    def test_is_counted_against_what_is_given_back_later(self, paying):
        paying.record("16.00")

        paying.give_back("5.00")

        assert paying.due() == "-4.00"
        with pytest.raises(MoreThanDue):
            paying.record("1.00", "WIRE-2")


class TestThePublisher:
    def test_reads_its_own_payouts_alone(self, paying, app):
        payout = paying.record("10.00")
        keys = [staff.api_key(agency) for agency in (paying.publisher, tenants.agency())]

        own, other = (app.test_client().get("/api/v1/payouts", headers=staff.bearer(key)).json for key in keys)

        assert [(row["id"], row["reference"], row["paid_on"]) for row in own["data"]] == [
            (payout.public_id, "WIRE-1", "2026-02-01")
        ]
        assert other["data"] == []


class TestAllocation:
    def test_counts_what_was_overpaid_before_all(self):
        assert allocated({"a": 700, "b": -200, "c": 300}, 500) == {"b": -200, "c": 300, "a": 400}

    def test_refuses_more_than_all_debts(self):
        with pytest.raises(ValueError, match="1 of 501"):
            allocated({"a": 700, "b": -200}, 501)
