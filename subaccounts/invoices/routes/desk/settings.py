"""How the seller of this place invoices, and its service providers."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form
from agency.plans.operations.providers import add_provider, archive_provider
from agency.plans.queries import providers_of
from subaccounts.invoices.operations.selling import change_terms
from subaccounts.invoices.routes.desk.forms import ProviderForm, TermsForm
from subaccounts.invoices.routes.desk.places import DESK, OWN, in_console, in_panel, place

FIELDS = tuple(TermsForm().fields)


@in_panel.route(f"{OWN}/settings", methods=["GET", "POST"])
@in_console.route(f"{DESK}/settings", methods=["GET", "POST"])
@permits("invoices.manage")
def terms() -> ResponseReturnValue:
    at = place()
    seller_id = at.seller_at_hand.sub_account_id
    form = Form(TermsForm(), initial=_initial(at.seller_at_hand.terms))
    wish = form.load()
    if wish is not None:
        labels = dict.fromkeys(line.strip() for line in wish["custom_fields"].splitlines() if line.strip())
        with form.catching(), transaction():
            change_terms(seller_id, wish | {"custom_fields": list(labels)}, by=current_actor(), now=clock.now())
            flash(_("Saved."), "success")
            return redirect(at.url("terms"))
    providers = providers_of(seller_id)
    return form.page("subaccounts/invoices/terms.html", at=at, providers=providers, who=at.seller_at_hand.who)


@in_panel.route(f"{OWN}/providers/new", methods=["GET", "POST"])
@in_console.route(f"{DESK}/providers/new", methods=["GET", "POST"])
@permits("invoices.manage")
def new_provider() -> ResponseReturnValue:
    at, form = place(), Form(ProviderForm())
    wish = form.load()
    if wish is not None:
        with form.catching(), transaction():
            add_provider(at.seller_at_hand.sub_account_id, wish, by=current_actor(), now=clock.now())
            flash(_("Saved."), "success")
            return redirect(at.url("terms"))
    return form.page("subaccounts/invoices/provider.html", at=at)


@in_panel.post(f"{OWN}/providers/<id(prv):provider_id>/archive")
@in_console.post(f"{DESK}/providers/<id(prv):provider_id>/archive")
@permits("invoices.manage")
def end_provider(provider_id: UUID) -> ResponseReturnValue:
    at = place()
    with transaction():
        archive_provider(provider_id, at.seller_at_hand.sub_account_id, by=current_actor(), now=clock.now())
    flash(_("Saved."), "success")
    return redirect(at.url("terms"))


@in_console.get(f"{DESK}/rates")
@permits("invoices.read")
def rates() -> ResponseReturnValue:
    """The tab leads to where the rates are kept."""
    return redirect(url_for("exchange_rates.index"))


def _initial(found: Any) -> dict[str, Any]:  # noqa: ANN401  # Terms, or the platform's.
    values = {name: getattr(found, name) for name in FIELDS}
    plain = {name: "" if value is None else value for name, value in values.items()}
    return plain | {"custom_fields": "\n".join(found.custom_fields)}
