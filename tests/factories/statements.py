from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from subaccounts.customers.models import Customer
from subaccounts.invoices.models.columns import Seller
from subaccounts.statements.models import Statement, StatementKind
from subaccounts.statements.operations.making import StatementWish, make_statement
from tests.factories.tenants import NOON
from wallet.billing_accounts.queries import billing_account


def made(of: Customer, kind: StatementKind = StatementKind.ACCOUNT) -> Statement:
    with scope.of_agency(of.agency_id), transaction():
        wish = StatementWish(
            account=billing_account(of.payer_id),
            seller=Seller.SUB_ACCOUNT,
            customer_id=of.id,
            first_day=NOON.date(),
            last_day=NOON.date(),
            kind=kind,
        )
        found = make_statement(wish, by=OPERATOR, now=NOON)
    session.remove()
    return found
