"""Customers in the panel of whoever bills them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock, i18n
from agency.foundation.access.blueprints import panel
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.errors import InvalidInput
from agency.foundation.forms import Form, load_filters
from subaccounts.customers import queries
from subaccounts.customers.models import Customer
from subaccounts.customers.operations import OWN_FIELDS, CustomerWish, add_customer, change_customer
from subaccounts.customers.schemas import CustomerFilters, CustomerForm
from wallet.billing_accounts.models import BillingAccount
from wallet.billing_accounts.queries import billing_account
from wallet.billing_accounts.rules import missing_address, tax_id_kinds

pages = panel("customers_desk", __name__)
ONE = "/customers/<id(cus):customer_id>"
FIRST_TAX_ID = {"tax_ids.0.type": "tax_id_type", "tax_ids.0.value": "tax_id"}


@pages.get("/customers")
@permits("customers.read")
def index() -> str:
    filters = load_filters(CustomerFilters())
    page = queries.customers(sub_account_id=g.sub_account.id, **filters)
    return render_template("subaccounts/customers/index.html", page=page, filters=filters)


@pages.route("/customers/new", methods=["GET", "POST"])
@permits("customers.manage")
def create() -> ResponseReturnValue:
    seller = g.sub_account
    form = Form(CustomerForm(), initial={"country": seller.country, "locale": seller.locale})
    wish = form.load()
    if wish is not None:
        with form.catching(), transaction(), _at_its_field():
            found = _added(wish)
            flash(_("%(name)s is added.", name=found.name), "success")
            return redirect(url_for(".show", customer_id=found.id))
    return _page(form, None)


@pages.get(ONE)
@permits("customers.read")
def show(customer_id: UUID) -> str:
    found = queries.customer(customer_id, sub_account_id=g.sub_account.id)
    account = billing_account(found.payer_id)
    return render_template("subaccounts/customers/show.html", customer=found, account=account)


@pages.route(f"{ONE}/edit", methods=["GET", "POST"])
@permits("customers.manage")
def edit(customer_id: UUID) -> ResponseReturnValue:
    found = queries.customer(customer_id, sub_account_id=g.sub_account.id)
    account = billing_account(found.payer_id)
    form = Form(CustomerForm(), initial=_initial(found, account))
    wish = form.load()
    if wish is not None:
        with form.catching(), transaction(), _at_its_field():
            changes = _with_tax_ids(wish) | {"legal_name": wish["legal_name"] or wish["name"]}
            change_customer(found, changes, by=current_actor(), now=clock.now())
            flash(_("Saved."), "success")
            return redirect(url_for(".show", customer_id=found.id))
    return _page(form, found)


def _added(wish: dict[str, Any]) -> Customer:
    said = _with_tax_ids(wish)
    own = {name: said.pop(name) for name in OWN_FIELDS}
    return add_customer(g.sub_account, CustomerWish(**own, account=said), by=current_actor(), now=clock.now())


def _with_tax_ids(wish: dict[str, Any]) -> dict[str, Any]:
    """The page's one tax id as the list that accounts keep."""
    said = dict(wish)
    value, kind = said.pop("tax_id"), said.pop("tax_id_type")
    kinds = tax_id_kinds(said["country"])
    kind = kind if kind in {known.code for known in kinds} else kinds[0].code if kinds else kind
    return said | {"tax_ids": [{"type": kind or "", "value": value}] if value else []}


@contextmanager
def _at_its_field() -> Iterator[None]:
    """A tax id refused inside the block is refused at the page's own field."""
    try:
        yield
    except InvalidInput as refusal:
        errors = {FIRST_TAX_ID.get(name, name): texts for name, texts in refusal.errors.items()}
        raise InvalidInput(errors) from refusal


def _initial(found: Customer, account: BillingAccount) -> dict[str, Any]:
    values = {name: getattr(account, name, None) or "" for name in CustomerForm().fields}
    values |= {name: getattr(found, name) or "" for name in OWN_FIELDS}
    if account.tax_ids:
        values |= {"tax_id_type": account.tax_ids[0]["type"], "tax_id": account.tax_ids[0]["value"]}
    return values


def _page(form: Form, found: Customer | None) -> ResponseReturnValue:
    country = form.values.get("country") or g.sub_account.country
    return form.page(
        "subaccounts/customers/form.html",
        customer=found,
        countries=i18n.country_choices(),
        demanded=missing_address({}, country),
        kinds=tax_id_kinds(country),
    )
