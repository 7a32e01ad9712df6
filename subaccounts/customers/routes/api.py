"""Customers for programs."""

from typing import Any
from uuid import UUID

from flask import g
from flask.views import MethodView
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.errors import InvalidInput
from agency.foundation.idempotency.replay import idempotent
from agency.foundation.paging import Page
from agency.tenants.queries import sub_account
from subaccounts.customers import queries
from subaccounts.customers.models import Customer
from subaccounts.customers.operations import OWN_FIELDS, CustomerWish, add_customer, change_customer
from subaccounts.customers.schemas import (
    CustomerFields,
    CustomerQuery,
    Customers,
    CustomerWithAccount,
    NewCustomer,
    with_account,
)
from wallet.billing_accounts.queries import billing_account
from wallet.billing_accounts.schemas import flat

resources = api("customers", __name__, description="End customers of a sub-account.")


def seller_named(said: UUID | None) -> UUID:
    """The sub-account that sells: the one a key belongs to, or the one an agency's key names.

    Raises:
        InvalidInput: an agency's key names none.
    """
    found = g.get("place") or said
    if found is None:
        raise InvalidInput({"sub_account_id": [_("Say which sub-account.")]})
    return sub_account(said or found).id


@resources.route("/customers")
class CustomerList(MethodView):
    @resources.arguments(CustomerQuery, location="query")
    @resources.response(200, Customers)
    @permits("customers.read")
    def get(self, query: dict[str, Any]) -> Page[Customer]:
        """List customers, newest first."""
        return queries.customers(**query)

    @idempotent
    @resources.arguments(NewCustomer)
    @resources.response(201, CustomerWithAccount)
    @permits("customers.manage")
    def post(self, said: dict[str, Any]) -> dict[str, Any]:
        """Add a customer with its billing account."""
        seller = sub_account(seller_named(said.pop("sub_account_id", None)))
        own = {name: said.pop(name, None) for name in (*OWN_FIELDS, "currency")}
        with transaction():
            wish = CustomerWish(**own, account=flat(said))
            customer = add_customer(seller, wish, by=current_actor(), now=clock.now())
        return _answer(customer)


@resources.route("/customers/<id(cus):customer_id>")
class OneCustomer(MethodView):
    @resources.response(200, CustomerWithAccount)
    @permits("customers.read")
    def get(self, customer_id: UUID) -> dict[str, Any]:
        """One customer."""
        return _answer(queries.customer(customer_id))

    @resources.arguments(CustomerFields)
    @resources.response(200, CustomerWithAccount)
    @permits("customers.manage")
    def patch(self, changes: dict[str, Any], customer_id: UUID) -> dict[str, Any]:
        """Change a customer; only what is sent is changed."""
        customer = queries.customer(customer_id)
        with transaction():
            change_customer(customer, flat(changes), by=current_actor(), now=clock.now())
        return _answer(customer)


def _answer(customer: Customer) -> dict[str, Any]:
    return with_account(customer, billing_account(customer.payer_id))
