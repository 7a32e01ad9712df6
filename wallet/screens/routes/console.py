"""All wallets of an agency: their common terms, those at risk, and every recharge."""

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.blueprints import console
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form, load_filters
from agency.tenants import queries as tenants
from wallet.recharge.models import RechargeState
from wallet.screens import words
from wallet.screens.at_risk import RISK_NAMES, RISK_TONES, SHOWN_MAX, Risk, wallets_at_risk
from wallet.screens.columns import aligned
from wallet.screens.queries import own_terms, recharges_of_agency
from wallet.screens.schemas import AgencyTermsForm, RechargeFilters, RiskFilter
from wallet.screens.terms import as_typed, changes_of
from wallet.top_ups.operations.terms import set_terms
from wallet.top_ups.rules import platform_terms

pages = console("wallets_desk", __name__)


@pages.get("/wallets")
@permits("wallets.read")
def at_risk() -> str:
    filters = load_filters(RiskFilter())
    risk = Risk(filters["risk"]) if "risk" in filters else None
    rows = wallets_at_risk(now=clock.now(), risk=risk)
    available = aligned(row.available for row in rows)
    return render_template(
        "wallet/screens/at_risk.html",
        rows=rows,
        available={row.sub_account.id: text for row, text in zip(rows, available, strict=True)},
        shown_max=SHOWN_MAX,
        filters=filters,
        risk_names=RISK_NAMES,
        risk_tones=RISK_TONES,
        words=words,
    )


@pages.get("/wallets/recharges")
@permits("wallets.read")
def recharges() -> str:
    filters = load_filters(RechargeFilters())
    states = [RechargeState(filters["state"])] if "state" in filters else []
    page = recharges_of_agency(states, cursor=filters.get("cursor"))
    return render_template(
        "wallet/screens/recharges.html",
        page=page,
        names=tenants.names({row.sub_account_id for row in page.rows}),
        filters=filters,
        words=words,
    )


@pages.route("/wallets/defaults", methods=["GET", "POST"])
@permits("agency.manage")
def defaults() -> ResponseReturnValue:
    currency = g.agency.currency
    own = own_terms(currency, None)
    mailed = "1" if own and own.receipts_mailed else ""
    form = Form(AgencyTermsForm(currency), initial=as_typed(own) | {"receipts_mailed": mailed})
    wish = form.load()
    if wish is not None:
        changes = changes_of(wish) | {"receipts_mailed": wish["receipts_mailed"]}
        with form.catching(), transaction():
            set_terms(currency, changes, sub_account=None, by=current_actor(), now=clock.now())
            flash(_("Saved."), "success")
            return redirect(url_for(".defaults"))
    return form.page("wallet/screens/defaults.html", terms=platform_terms(currency), currency=currency)
