"""What the run bills is an invoice: opened at once or after its days as a draft, and settled once."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import undefer

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from agency.plans.operations.providers import add_provider
from agency.plans.rules.components import Component
from subaccounts.billing_run.models import AmountDue
from subaccounts.billing_run.operations import running
from subaccounts.billing_run.operations.payments import from_wallets
from subaccounts.billing_run.queries import last_invoices
from subaccounts.invoices import jobs
from subaccounts.invoices.models.credit_notes import CreditNote
from subaccounts.invoices.models.drafts import InvoiceDraft
from subaccounts.invoices.models.invoices import Invoice, InvoiceLine
from subaccounts.invoices.models.sellers import Grouping, SellerTerms
from subaccounts.invoices.operations.crediting import GivenBackAlready
from subaccounts.invoices.operations.ending import void, write_off
from subaccounts.invoices.operations.selling import change_terms
from subaccounts.invoices.sellers import terms_of
from subaccounts.payments.models.payments import Payment
from subaccounts.subscriptions.models.subscriptions import Collection
from tests.factories import payments, plans, subscriptions, tenants, usage, wallet
from wallet.ledger.checks import verify

APRIL_2 = datetime(2026, 4, 2, 12, tzinfo=UTC)


@pytest.fixture
def agency(app):
    return tenants.agency()


@pytest.fixture
def client(agency):
    return tenants.sub_account(agency)


@pytest.fixture
def growth(agency):
    found = plans.plan(agency)
    plans.price(found, plans.per_unit("10.00"), component=Component.SEAT)
    return found


def grace(agency, hours):
    with scope.of_agency(agency.id), transaction():
        terms = terms_of(None)
        terms.grace_hours = hours
        session.add(terms)


def rows(agency, table):
    with scope.of_agency(agency.id), transaction():
        return session.scalars(select(table).order_by(table.id).execution_options(populate_existing=True)).all()


def run(agency, now=APRIL_2, **terms):
    session.expunge_all()
    with scope.of_agency(agency.id):
        return running.run(now, **terms)


def clean(agency):
    with scope.of_agency(agency.id), transaction():
        return verify(agency.id) == []


class TestAnInvoice:
    def test_says_what_was_billed_and_for_which_days(self, agency, client, growth):
        subscriptions.subscription(client, growth, seats=3)

        run(agency)

        invoices, lines = rows(agency, Invoice), rows(agency, InvoiceLine)
        assert [(row.number_text, row.total_micros) for row in invoices] == [
            ("INV-00001", 127_000_000),
            ("INV-00002", 127_000_000),
        ]
        assert [str(invoices[1].period_start), str(invoices[1].period_end)] == ["2026-04-02", "2026-05-02"]
        told = {(line.description, line.quantity, line.unit_price, line.amount.plain()) for line in lines}
        assert told == {("Growth", 1, 97, "97.00"), ("Growth · Seats", 3, 10, "30.00")}
        assert clean(agency)

    def test_is_of_the_payers_language(self, agency, growth):
        subscriptions.subscription(tenants.sub_account(agency, locale="es"), growth, seats=3)

        assert {line.description for line in rows(agency, InvoiceLine)} == {"Growth", "Growth · Usuarios"}

    def test_waits_as_a_draft_for_as_long_as_the_agency_says(self, agency, client, growth):
        grace(agency, 24)

        subscriptions.subscription(client, growth)

        assert (len(rows(agency, InvoiceDraft)), rows(agency, Invoice), rows(agency, AmountDue)) == (1, [], [])
        with scope.of_agency(agency.id):
            jobs.DUE.run_due(tenants.NOON + timedelta(hours=24))
        assert (rows(agency, InvoiceDraft), len(rows(agency, Invoice))) == ([], 1)
        assert [due.state for due in rows(agency, AmountDue)] == ["awaited"]
        assert clean(agency)

    def test_shows_tax_inside_where_the_agencys_documents_do(self, agency, client, growth):
        with scope.of_agency(agency.id), transaction():
            terms: SellerTerms = terms_of(None)
            terms.prices_include_tax = True
            session.add(terms)
        plans.tax(agency, percent="21", effective_from=tenants.NOON - timedelta(days=9))

        subscriptions.subscription(client, growth)

        [invoice] = rows(agency, Invoice)
        assert (invoice.net.plain(), invoice.tax.plain(), invoice.total.plain()) == ("97.00", "20.37", "117.37")

    def test_takes_the_usage_that_waited_for_it_once(self, agency, client, growth):
        plans.price(growth, plans.per_unit("0.10", minimum=Decimal(20)), meter="emails")
        subscriptions.subscription(client, growth)
        usage.used(client, usage.event(client, "emails", "120"))
        usage.rated(client)

        run(agency)
        run(agency, APRIL_2 + timedelta(days=31))

        told = sorted((line.description, line.amount.plain()) for line in rows(agency, InvoiceLine))
        assert told == [("E-mails sent: 120", "20.00"), *[("Growth", "97.00")] * 3]
        assert [row.total.plain() for row in rows(agency, Invoice)] == ["97.00", "117.00", "97.00"]
        assert clean(agency)

    def test_is_one_for_all_that_a_client_has_due_that_day(self, agency, client, growth):
        for collection in (Collection.INVOICE, Collection.INVOICE, Collection.WALLET):
            subscriptions.subscription(client, growth, collection=collection)

        run(agency, size=1)

        renewed = [row for row in rows(agency, Invoice) if str(row.period_start) == "2026-04-02"]
        assert [row.total.plain() for row in renewed] == ["194.00", "97.00"]
        assert {due.collection for due in rows(agency, AmountDue) if due.id == renewed[0].id} == {"invoice"}
        assert clean(agency)

    def test_lists_what_the_wallet_paid_and_asks_for_none_of_it(self, agency, client, growth):
        plans.tax(agency, percent="21", effective_from=tenants.NOON - timedelta(days=9))
        plans.price(growth, plans.per_unit("0.0083"), meter="emails")
        usage.funded(client)
        subscriptions.subscription(client, growth, collection=Collection.CARD)
        usage.used(client, usage.event(client, "emails", "121"))
        usage.rated(client)
        usage.closed(client, now=APRIL_2)

        run(agency)

        [line] = [row for row in rows(agency, InvoiceLine) if row.wallet_micros is not None]
        assert (line.net.plain(), line.tax.plain(), line.wallet_micros) == ("1.00", "0.21", 1_215_203)
        last = rows(agency, Invoice)[-1]
        assert (last.total.plain(), last.wallet_paid.plain(), last.balance.plain()) == ("118.58", "1.21", "117.37")
        assert usage.books(client)["rounding"] == 5_203
        assert clean(agency)


class TestItsProviders:
    @pytest.fixture
    def two(self, agency):
        """A client's products of two providers."""
        with scope.of_agency(agency.id), transaction():
            added = [add_provider(None, {"name": name}, by=OPERATOR, now=tenants.NOON) for name in ("Lumen", "Telco")]
        return [plans.product(agency, name=row.name, provider_id=row.id) for row in added]

    @pytest.mark.parametrize(("grouping", "documents"), [("combined", ["30.00"]), ("by_provider", ["10.00", "20.00"])])
    def test_have_a_section_or_a_document_each(self, agency, client, two, grouping, documents):
        with scope.of_agency(agency.id), transaction():
            change_terms(None, {"grouping": Grouping(grouping)}, by=OPERATOR, now=tenants.NOON)
        for product, price in zip(two, ("10.00", "20.00"), strict=True):
            plans.price(product, plans.per_unit(price))
            subscriptions.subscription(client, product)

        run(agency)

        renewed = [row for row in rows(agency, Invoice) if str(row.period_start) == "2026-04-02"]
        assert [row.total.plain() for row in renewed] == documents
        with scope.of_agency(agency.id), transaction():
            said = [
                session.get_one(Invoice, (agency.id, row.id), options=[undefer(Invoice.document)]) for row in renewed
            ]
            named = [each["name"] for row in said for each in row.document["providers"].values()]
        assert sorted(named) == ["Lumen", "Telco"]
        assert {due.state for due in rows(agency, AmountDue)} == {"awaited"}
        assert clean(agency)


class TestItsCost:
    @pytest.fixture
    def number(self, agency):
        """A line that is sold for $10.00 and bought for $4.00."""
        product = plans.product(agency)
        plans.price(product, plans.per_unit("10.00"), wholesale_cost=Decimal("4.00"))
        return product

    def test_stands_beside_what_it_brought(self, agency, client, number):
        subscriptions.subscription(client, number, quantity=3)

        assert (usage.books(client)["wholesale_cost"], usage.books(client)["wholesale_payable"]) == (12_000_000,) * 2
        assert clean(agency)

    def test_is_taken_back_with_a_part_of_it_and_with_all_of_it(self, agency, client, number):
        for _each in range(2):
            subscriptions.subscription(client, number, quantity=3)
        credited, voided = rows(agency, Invoice)

        payments.credited(credited, "7.50")
        with scope.of_agency(agency.id), transaction():
            void(voided.id, reason="A mistake", by=OPERATOR, now=tenants.NOON)

        assert usage.books(client)["wholesale_cost"] == 9_000_000
        assert clean(agency)

    def test_is_posted_by_the_agency_where_a_client_buys_for_itself(self, agency, client, number, statements):
        for quantity in (1, 2):
            with scope.of_agency(agency.id, sub_account_id=client.id), transaction():
                subscriptions.subscribing.subscribe(
                    subscriptions.wish(client, number, quantity=quantity), by=OPERATOR, now=tenants.NOON
                )
        first, second = (str(invoice.id) for invoice in rows(agency, Invoice))

        with scope.of_agency(agency.id), statements() as asked:
            jobs.post_costs(invoice_ids=[first])
            for_one = len(asked)
            jobs.post_costs(invoice_ids=[first, second])

        assert usage.books(client)["wholesale_cost"] == 12_000_000
        assert len(asked) == 2 * for_one
        assert clean(agency)


class TestBelowZero:
    def test_it_is_a_credit_note_that_names_the_invoice(self, agency, client, growth):
        plans.tax(agency, percent="21", effective_from=tenants.NOON - timedelta(days=9))
        row = subscriptions.subscription(client, growth, collection=Collection.INVOICE)

        subscriptions.paused(row, now=tenants.NOON + timedelta(days=3))

        [invoice], [note] = rows(agency, Invoice), rows(agency, CreditNote)
        assert (note.number_text, note.invoice_id, note.reason) == ("CN-00001", invoice.id, "Billed and not used")
        assert (note.net.plain(), note.tax.plain(), note.credit.plain()) == ("84.48", "17.74", "102.22")
        with scope.of_agency(agency.id), transaction():
            said = session.get_one(CreditNote, (agency.id, note.id), options=[undefer(CreditNote.document)]).document
        assert (said["invoice_number"], [line["description"] for line in said["lines"]]) == (
            invoice.number_text,
            ["Growth, not used"],
        )
        assert [(row.method, row.reference) for row in rows(agency, Payment)] == [("credit_note", "CN-00001")]
        assert clean(agency)

    def test_what_it_gave_for_another_bill_is_credited_by_hand_no_second_time(self, agency, client, growth):
        row = subscriptions.subscription(client, growth, collection=Collection.WALLET)
        subscriptions.paused(row, now=tenants.NOON + timedelta(days=3))
        [invoice] = rows(agency, Invoice)
        session.remove()

        with pytest.raises(GivenBackAlready, match=r"gave back \$84.48 .*: CN-00001. At most \$12.52"):
            payments.credited(invoice, "12.53")
        payments.credited(invoice, "12.52")

        assert [(row.balance.plain(), row.credited.plain()) for row in rows(agency, Invoice)] == [("84.48", "12.52")]
        assert clean(agency)

    def test_each_subscription_s_last_invoice_that_stands_is_found_in_one_statement(self, agency, growth, statements):
        clients = [tenants.sub_account(agency, name=name) for name in ("Dental Norte", "Dental Sur")]
        held = [subscriptions.subscription(each, growth, collection=Collection.INVOICE) for each in clients]
        run(agency)
        first, _second, third, fourth = rows(agency, Invoice)
        with scope.of_agency(agency.id), transaction():
            void(third.id, reason="A mistake", by=OPERATOR, now=APRIL_2)

        with scope.of_agency(agency.id), transaction(), statements() as asked:
            found = last_invoices({row.id: row.sub_account_id for row in held})

        assert len(asked) == 1
        assert found == {held[0].id: first, held[1].id: fourth}

    @pytest.mark.parametrize("by_client", [False, True])
    def test_its_cost_is_taken_back_once(self, agency, client, by_client):
        product = plans.product(agency)
        plans.price(product, plans.per_unit("10.00"), wholesale_cost=Decimal("3.10"))
        row = subscriptions.subscription(client, product)

        subscriptions.paused(row, now=tenants.NOON + timedelta(days=3), narrowed=by_client)
        [note] = rows(agency, CreditNote)
        with scope.of_agency(agency.id):
            for _twice in range(2 if by_client else 0):
                jobs.post_note_costs(note_ids=[str(note.id)])

        assert usage.books(client)["wholesale_cost"] == 400_000
        assert clean(agency)


class TestItsPayment:
    def test_by_a_wallet_closes_it(self, agency, client, growth):
        with scope.of_agency(agency.id), transaction():
            wallet.topped_up(client, "100.00")

        subscriptions.subscription(client, growth, collection=Collection.WALLET)

        assert [(row.state, row.paid.plain()) for row in rows(agency, Invoice)] == [("closed", "97.00")]
        assert [due.state for due in rows(agency, AmountDue)] == ["paid"]
        assert clean(agency)

    def test_by_wallets_is_written_for_many_in_one_statement(self, agency, growth, statements):
        for name in ("Dental Norte", "Dental Sur"):
            found = tenants.sub_account(agency, name=name)
            subscriptions.subscription(found, growth, collection=Collection.WALLET)

        with scope.of_agency(agency.id), transaction(), statements() as asked:
            dues = session.scalars(select(AmountDue)).all()
            from_wallets(dues, now=tenants.NOON)

        assert [row.amount.plain() for row in rows(agency, Payment)] == ["97.00", "97.00"]
        assert len([each for each in asked if "FROM invoices" in each]) == 1

    def test_that_is_still_awaited_takes_the_credit_of_a_pause(self, agency, client, growth):
        row = subscriptions.subscription(client, growth)

        subscriptions.paused(row, now=tenants.NOON + timedelta(days=3))

        assert [(row.state, row.paid.plain()) for row in rows(agency, Invoice)] == [("open", "84.48")]
        assert [due.asked.plain() for due in rows(agency, AmountDue)] == ["12.52"]
        assert clean(agency)

    @pytest.mark.parametrize("table", ["payments", "invoices"])
    def test_waits_for_no_credit_and_no_invoice_in_other_hands(self, agency, client, growth, owner, table):
        row = subscriptions.subscription(client, growth)
        payments.recorded(client, "50.00", splits={})

        with owner.transaction(), scope.of_agency(agency.id), transaction():
            owner.execute(f"SELECT FROM {table} FOR NO KEY UPDATE")
            session.execute(text("SET LOCAL lock_timeout = '2s'"))
            subscriptions.paused(row, now=tenants.NOON + timedelta(days=3))

        paid = {"payments": "84.48", "invoices": "0.00"}[table]
        assert [row.paid.plain() for row in rows(agency, Invoice)] == [paid]

    @pytest.mark.parametrize("ending", [void, write_off])
    def test_is_asked_for_no_more_once_the_invoice_is_given_up(self, agency, client, growth, ending):
        subscriptions.subscription(client, growth, collection=Collection.WALLET)
        [due] = rows(agency, AmountDue)

        with scope.of_agency(agency.id), transaction():
            ending(due.id, reason="A gift", by=OPERATOR, now=tenants.NOON)

        assert [(row.state, row.retry_at) for row in rows(agency, AmountDue)] == [("paid", None)]
        assert clean(agency)
