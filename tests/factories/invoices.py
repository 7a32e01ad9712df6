from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import undefer

from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from agency.plans.models.providers import ServiceProvider
from agency.tenants.models import SubAccount
from subaccounts.customers.models import Customer
from subaccounts.customers.operations import CustomerWish, add_customer
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.models.drafts import InvoiceDraft
from subaccounts.invoices.models.invoices import Invoice, InvoiceLine
from subaccounts.invoices.operations.composing import DraftWish
from subaccounts.invoices.operations.drafting import draft_many
from subaccounts.invoices.operations.opening import open_draft
from subaccounts.invoices.rules.lines import LineWish
from tests.factories.tenants import NOON
from wallet.billing_accounts.queries import billing_account, payer_of

VAT = {"name": "VAT", "percent": "10", "treatment": "taxed", "reason": None}
EXEMPT = {"name": "VAT", "percent": "0", "treatment": "exempt", "reason": "Health care"}
MARCH = (date(2026, 3, 1), date(2026, 4, 1))


def customer(of: SubAccount, *, name: str = "Lucia Herrera", **wish: object) -> Customer:
    with scope.of_agency(of.agency_id), transaction():
        found = add_customer(of, CustomerWish(name=name, **wish), by=OPERATOR, now=NOON)
    session.remove()  # So that a refusal, which rolls back, does not forget what a test holds.
    return found


def line(price: str = "100.00", **wish: object) -> LineWish:
    values = {"description": "Cleaning", "unit_price": Decimal(price), "taxes": [VAT]} | wish
    return LineWish(**values)


def wish(payer: Customer | SubAccount, lines: Sequence[LineWish] | None = None, **more: object) -> DraftWish:
    """A customer is billed by its sub-account, a sub-account by its agency; in the scope of the agency."""
    of_customer = isinstance(payer, Customer)
    account = billing_account(payer.payer_id if of_customer else payer_of(payer.id).id)
    values = {
        "account": account,
        "seller": Seller.SUB_ACCOUNT if of_customer else Seller.AGENCY,
        "customer_id": payer.id if of_customer else None,
        "lines": [line()] if lines is None else lines,
        "period": MARCH,
    }
    return DraftWish(**(values | more))


def draft(payer: Customer | SubAccount, lines: Sequence[LineWish] | None = None, **more: object) -> InvoiceDraft:
    with scope.of_agency(payer.agency_id), transaction():
        found = draft_many([wish(payer, lines, **more)], by=OPERATOR, now=NOON)[0]
    session.remove()
    return found


def invoice(payer: Customer | SubAccount, lines: Sequence[LineWish] | None = None, **more: object) -> Invoice:
    """An opened one."""
    drafted = draft(payer, lines, **more)
    with scope.of_agency(payer.agency_id), transaction():
        open_draft(drafted.id, by=OPERATOR, now=NOON)
        found = session.get_one(Invoice, (payer.agency_id, drafted.id))
    session.remove()
    return found


def stored(of: Invoice) -> Invoice:
    """As it stands in the database now."""
    with scope.of_agency(of.agency_id), transaction():
        found = session.get_one(Invoice, (of.agency_id, of.id), options=[undefer(Invoice.document)])
    session.remove()
    return found


def lines(of: Invoice) -> list[InvoiceLine]:
    with scope.of_agency(of.agency_id), transaction():
        query = select(InvoiceLine).where(InvoiceLine.invoice_id == of.id).order_by(InvoiceLine.position)
        return list(session.scalars(query))


def provider(of: SubAccount, *, name: str = "Dr. Mora") -> ServiceProvider:
    with scope.of_agency(of.agency_id), transaction():
        row = ServiceProvider(sub_account_id=of.id, name=name, licence_number="L-77", created_at=NOON)
        session.add(row)
        return row
