"""A customer's opened invoice with a credit note, and a draft beside it, for both agencies."""

from uuid import UUID

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import transaction
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from subaccounts.imports.operations import keep_file
from subaccounts.invoices.operations.crediting import CreditWish, issue_credit_note
from subaccounts.statements.operations.making import StatementWish, make_statement
from tests.factories import invoices, payments
from tests.factories.tenants import NOON
from tests.walls.world import Side


def customer(side: Side) -> UUID:
    return invoices.customer(side.sub_account, name=f"{side.agency.name} customer").id


def invoice(side: Side) -> UUID:
    return invoices.invoice(invoices.customer(side.sub_account)).id


def line(side: Side) -> UUID:
    return invoices.lines(invoices.invoice(invoices.customer(side.sub_account)))[0].id


def credit_note(side: Side) -> UUID:
    credited = invoices.invoice(invoices.customer(side.sub_account))
    part = {invoices.lines(credited)[0].id: Money.of("11.00", "USD")}
    with scope.of_agency(side.agency.id), transaction():
        wish = CreditWish(reason="Not given", lines=part)
        return issue_credit_note(credited.id, wish, by=OPERATOR, now=NOON).id


def payment(side: Side) -> UUID:
    payer = invoices.customer(side.sub_account)
    invoices.invoice(payer)
    return payments.recorded(payer, "10.00").id


def invoice_import(side: Side) -> UUID:
    content = b"invoice_number,date,customer_ref,description,quantity,unit_price\n"
    with scope.of_agency(side.agency.id), transaction():
        return keep_file(side.sub_account, "march.csv", content, by=OPERATOR, now=NOON).id


def statement(side: Side) -> UUID:
    with scope.of_agency(side.agency.id), transaction():
        payer = payments.wish(side.sub_account)
        wish = StatementWish(account=payer.account, seller=payer.seller, first_day=NOON.date(), last_day=NOON.date())
        return make_statement(wish, by=OPERATOR, now=NOON).id


BUILDERS = {
    "statement_id": statement,
    "import_id": invoice_import,
    "payment_id": payment,
    "customer_id": customer,
    "invoice_id": invoice,
    "line_id": line,
    "note_id": credit_note,
    "provider_id": lambda side: invoices.provider(side.sub_account).id,
}
