"""Billing information of a sub-account, in its panel."""

from typing import Any

from flask import flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock, i18n
from agency.foundation.access.blueprints import panel
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor, current_visitor
from agency.foundation.database.session import transaction
from agency.foundation.errors import InvalidInput, NotAllowed
from agency.foundation.forms import Form
from wallet.billing_accounts.models import BillingAccount
from wallet.billing_accounts.operations import change_account
from wallet.billing_accounts.queries import billing_account, is_complete, payer_of
from wallet.billing_accounts.rules import missing_address, tax_id_kinds
from wallet.billing_accounts.schemas import AccountForm

pages = panel("billing_information", __name__)
FIRST_TAX_ID = {"tax_ids.0.type": "tax_id_type", "tax_ids.0.value": "tax_id"}


@pages.route("/billing-information", methods=["GET", "POST"])
@permits("billing_accounts.read")
def show() -> ResponseReturnValue:
    account = billing_account(payer_of(g.sub_account.id).id)
    form = Form(AccountForm(), initial=_initial(account))
    if form.is_submitted and not current_visitor().may("billing_accounts.manage"):
        raise NotAllowed
    wish = form.load()
    if wish is not None:
        with form.catching(), transaction():
            _save(account, wish)
            flash(_("Saved."), "success")
            return redirect(url_for(".show"))
    country = form.values.get("country") or ""
    kinds = tax_id_kinds(country)
    return form.page(
        "wallet/billing_accounts/show.html",
        currency=g.sub_account.currency,
        complete=is_complete(billing_account(payer_of(g.sub_account.id).id)),
        countries=i18n.country_choices(),
        demanded=missing_address({}, country),
        kinds=kinds,
        kind_choices=[(kind.code, kind.label) for kind in kinds],
    )


def _save(account: BillingAccount, wish: dict[str, Any]) -> None:
    value, kind = wish.pop("tax_id"), wish.pop("tax_id_type")
    kinds = tax_id_kinds(wish["country"])
    kind = kind if kind in {known.code for known in kinds} else kinds[0].code if kinds else kind
    further = account.tax_ids[1:] if wish["country"] == account.country else []
    wish["tax_ids"] = ([{"type": kind or "", "value": value}] if value else []) + further
    try:
        change_account(account, wish, by=current_actor(), now=clock.now())
    except InvalidInput as refusal:
        errors = {FIRST_TAX_ID.get(name, name): texts for name, texts in refusal.errors.items()}
        raise InvalidInput(errors) from refusal


def _initial(account: BillingAccount) -> dict[str, Any]:
    named = (*AccountForm().fields,)
    found = {name: getattr(account, name, None) or "" for name in named}
    if account.tax_ids:
        found |= {"tax_id_type": account.tax_ids[0]["type"], "tax_id": account.tax_ids[0]["value"]}
    return found
