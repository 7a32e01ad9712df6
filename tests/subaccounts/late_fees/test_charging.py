from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.due.advance import finish_work
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from subaccounts.invoices.models.drafts import InvoiceDraft, InvoiceDraftLine
from subaccounts.invoices.models.invoices import Invoice
from subaccounts.invoices.operations.editing import discard
from subaccounts.invoices.operations.ending import void
from subaccounts.invoices.operations.opening import open_draft
from subaccounts.invoices.operations.selling import change_terms
from subaccounts.late_fees.jobs import DUE
from subaccounts.late_fees.models import Repeats
from subaccounts.late_fees.queries import rule_of
from tests.browsing import submit, visit
from tests.factories import due, invoices, payments, staff
from tests.factories.tenants import NOON

DUE_ON = date(2026, 3, 16)


def fees(of, *, until=None):
    """The drafts of fees that stand at a day's end."""
    with scope.of_agency(of.agency_id):
        finish_work()
        if until is not None:
            DUE.run_due(datetime(2026, *until, 20, tzinfo=UTC))
        with transaction():
            query = select(InvoiceDraft).where(InvoiceDraft.origin.startswith("late_fee:")).order_by(InvoiceDraft.id)
            return list(session.scalars(query))


def next_due(of):
    with scope.of_agency(of.agency_id), transaction():
        return due.next_due(DUE)


class TestCharging:
    def test_a_bill_that_is_late_costs_a_draft_on_its_day_in_the_sellers_zone(self, seller, rule, bill):
        rule(fixed=Money.of("5.00", "USD"))
        late = bill()

        assert fees(seller, until=(3, 22)) == []
        (fee,) = fees(seller, until=(3, 23))
        with scope.of_agency(seller.agency_id), transaction():
            (line,) = session.scalars(select(InvoiceDraftLine).where(InvoiceDraftLine.draft_id == fee.id))
        assert (fee.total, fee.customer_id) == (Money.of("8.00", "USD"), late.customer_id)
        assert line.description == f"Late fee: invoice {late.number_text} was due on March 16, 2026"

    def test_the_bills_own_page_names_its_fee(self, app, seller, rule, bill):
        rule(fixed=Money.of("5.00", "USD"))
        late = bill()
        (fee,) = fees(seller, until=(3, 23))
        owner = staff.signed_in(app, staff.person(payments.agency_of(seller), at=seller))

        page = visit(owner, f"/s/{seller.public_id}/billing/customer-invoices/{late.public_id}").text

        assert f"/{fee.public_id}" in page
        assert "$8.00" in page

    def test_once_is_once_whatever_becomes_of_it_and_a_fee_costs_no_fee(self, seller, rule, bill):
        rule()
        bill()
        (fee,) = fees(seller, until=(3, 23))
        bill(due_on=date(2026, 3, 20))

        with scope.of_agency(seller.agency_id), transaction():
            discard(fee.id, by=OPERATOR, now=NOON)
        (second,) = fees(seller, until=(4, 23))
        with scope.of_agency(seller.agency_id), transaction():
            open_draft(second.id, by=OPERATOR, now=NOON + timedelta(days=50))

        assert fees(seller, until=(9, 30)) == []

    def test_each_month_is_charged_once_and_a_missed_day_is_caught_up(self, seller, rule, bill):
        rule(repeats=Repeats.MONTHLY)
        bill()

        counts = [len(fees(seller, until=day)) for day in ((3, 23), (3, 24), (4, 25), (4, 30), (7, 1))]

        assert counts == [1, 1, 2, 2, 3]
        assert next_due(seller).date() == date(2026, 7, 23)

    def test_two_workers_at_once_charge_one(self, app, seller, rule, bill):
        rule()
        bill()

        def work(_number):
            with app.app_context(), scope.of_agency(seller.agency_id):
                DUE.run_due(datetime(2026, 3, 23, 20, tzinfo=UTC))
                session.remove()

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(work, range(4)))

        assert len(fees(seller)) == 1

    def test_a_bill_that_cannot_be_charged_holds_up_no_other_and_is_looked_at_the_next_day(self, seller, rule, bill):
        rule(percent=Decimal(100), fixed=Money.of("300000000000.00", "USD"))
        bill("9000000000000.00")
        bill()

        (fee,) = fees(seller, until=(3, 23))

        assert fee.total == Money.of("300000000200.00", "USD")
        assert next_due(seller).date() == date(2026, 3, 24)

    def test_opening_holds_no_rule_for_which_another_who_opens_would_wait(self, owner, seller, rule, patient):
        rule()
        fees(seller, until=(3, 2))
        drafted = invoices.draft(patient, due_on=DUE_ON)

        with scope.of_agency(seller.agency_id), transaction():
            open_draft(drafted.id, by=OPERATOR, now=NOON)
            free = owner.execute("SELECT next_at FROM late_fee_rules FOR UPDATE NOWAIT").fetchall()

        fees(seller)
        assert free == [(None,)]
        assert next_due(seller).date() == date(2026, 3, 23)

    @pytest.mark.parametrize("end", ["paid", "void", "disputed"])
    def test_it_stops(self, seller, rule, patient, bill, end):
        rule(repeats=Repeats.MONTHLY)
        late = bill()
        if end == "void":
            with scope.of_agency(seller.agency_id), transaction():
                void(late.id, reason="Mistake", by=OPERATOR, now=NOON)
        else:
            paid = payments.paid(patient)
            if end == "disputed":
                payments.disputed(paid)

        assert fees(seller, until=(5, 30)) == []

    def test_only_what_is_left_to_pay_counts(self, seller, rule, patient, bill):
        rule()
        bill()
        payments.recorded(patient, "150.00")

        assert fees(seller, until=(3, 23))[0].total == Money.of("0.75", "USD")

    def test_bills_issued_before_it_was_switched_on_stay_without(self, seller, rule, bill):
        bill()
        rule_on = rule()
        with scope.of_agency(seller.agency_id), transaction():
            session.merge(rule_on).since = DUE_ON

        assert fees(seller, until=(4, 1)) == []

    def test_an_agency_without_time_to_look_issues_them_at_once(self, seller, rule):
        rule(None)
        invoices.invoice(seller, [invoices.line(taxes=[])], due_on=DUE_ON)
        with scope.of_agency(seller.agency_id), transaction():
            change_terms(None, {"grace_hours": 0}, by=OPERATOR, now=NOON)

        fees(seller, until=(3, 23))

        with scope.of_agency(seller.agency_id), transaction():
            (issued,) = session.scalars(select(Invoice).where(Invoice.origin.is_not(None)))
        assert issued.total == Money.of("1.50", "USD")


class TestSetting:
    def test_a_clerk_sets_it_on_its_page(self, app, seller):
        clerk = staff.signed_in(app, staff.person(payments.agency_of(seller), at=seller))
        path = f"/s/{seller.public_id}/billing/late-fees"

        nothing = submit(clerk, path, is_on="1", after_days="7", repeats="once")
        submit(clerk, path, is_on="1", percent="2.5", after_days="7", repeats="once")

        with scope.of_agency(seller.agency_id), transaction():
            found = rule_of(seller.id)
        assert "Say a fixed amount, a percentage, or both" in nothing.get_data(as_text=True)
        assert (found.is_on, found.percent, found.fixed) == (True, Decimal("2.5"), None)

    def test_a_program_does_for_both_sellers(self, client, seller):
        agency = payments.agency_of(seller)
        key, own = staff.bearer(staff.api_key(agency)), staff.bearer(staff.api_key(agency, at=seller))
        said = {"is_on": True, "percent": "1.50", "after_days": 3, "repeats": "monthly"}
        path = f"/api/v1/sub-accounts/{seller.public_id}/late-fee-rule"

        put = client.put(path, json=said, headers=own)
        refused = client.put("/api/v1/late-fee-rule", json=said, headers=own)
        agencys = client.put("/api/v1/late-fee-rule", json=said | {"percent": None}, headers=key)

        assert put.json == client.get(path, headers=key).json
        assert Decimal(put.json["percent"]) == Decimal("1.5")
        assert (refused.status_code, agencys.status_code) == (403, 422)
