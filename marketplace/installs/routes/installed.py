"""A client's apps: what each may do, what it spent, its plan, limits and end."""

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import fields

from agency.foundation import clock
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form, load_filters
from agency.foundation.schemas import FormSchema, QuerySchema, TypedId
from agency.foundation.typed_amounts import AmountText, WalletForm, typed
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue.models.apps import AppPrice, AppPriceKind, limit_of
from marketplace.installs import queries
from marketplace.installs.models.installs import Install
from marketplace.installs.operations.removing import uninstall
from marketplace.installs.operations.settling import change_plan, preview_plan, set_limits
from marketplace.installs.routes.places import installed_apps as pages
from subaccounts.subscriptions.queries import shown, subscription

ONE = "/installed-apps/<id(ins):install_id>"


class Cursor(QuerySchema):
    cursor = fields.String()


class LimitsForm(WalletForm):
    daily_limit = AmountText(load_default=None)
    monthly_limit = AmountText(load_default=None)


class PlanForm(FormSchema):
    price_id = TypedId("apr", required=True)
    confirmed = fields.String()


@pages.get("/installed-apps")
@permits("installs.read")
def index() -> str:
    page = queries.installs(sub_account_id=g.sub_account.id, **load_filters(Cursor()))
    return render_template(
        "marketplace/storefront/installed.html",
        page=page,
        apps=catalogue.apps_by_id(row.app_id for row in page.rows),
        spent=queries.spent_by_install(row.id for row in page.rows),
    )


@pages.get(ONE)
@permits("installs.read")
def show(install_id: UUID) -> str:
    row, now = _own(install_id), clock.now()
    found = queries.with_app(row)
    sold = catalogue.sold_prices(found.offer, sub_account_id=g.sub_account.id, now=now)
    return render_template(
        "marketplace/storefront/install.html",
        install=row,
        app=found.app,
        sold=sold,
        plan=_plan(row),
        is_on_trial=row.trial_ends_at is not None and row.trial_ends_at > now,
        has_plans=sum(price.kind is AppPriceKind.RECURRING for price in sold) > 1,
        limits=queries.limits(found, g.sub_account, now=now),
        spent=queries.spent_by_install([row.id]).get(row.id),
        renewal=shown([subscription(row.subscription_id)])[0] if row.subscription_id and not row.is_over else None,
        page=queries.charges(row.id, **load_filters(Cursor())),
    )


@pages.route(f"{ONE}/limits", methods=["GET", "POST"])
@permits("installs.manage")
def limits(install_id: UUID) -> ResponseReturnValue:
    row = _own(install_id)
    own = {name: limit_of(getattr(row, f"{name}_micros"), row.currency) for name in ("daily_limit", "monthly_limit")}
    form = Form(LimitsForm(row.currency), initial={name: typed(limit) for name, limit in own.items()})
    said = form.load()
    if said is not None:
        with form.catching(), transaction():
            daily, monthly = said["daily_limit"], said["monthly_limit"]
            set_limits(row, daily=daily, monthly=monthly, by=current_actor(), now=clock.now())
            flash(_("Saved."), "success")
            return redirect(url_for(".show", install_id=row.id))
    return form.page("marketplace/storefront/limits.html", install=row, app=queries.with_app(row).app)


@pages.route(f"{ONE}/plan", methods=["GET", "POST"])
@permits("installs.manage")
def plan(install_id: UUID) -> ResponseReturnValue:
    """Choose another plan, see what it costs now, then change."""
    row, now = _own(install_id), clock.now()
    found = queries.with_app(row)
    sold = catalogue.sold_prices(found.offer, sub_account_id=g.sub_account.id, now=now)
    chosen = _plan(row)
    form = Form(PlanForm(), initial={"price_id": chosen.public_id if chosen else ""})
    said, planned = form.load(), None
    if said is not None:
        with form.catching(), transaction():
            planned = preview_plan(row, said["price_id"], g.sub_account, now=now)
            if said.get("confirmed") == planned.bill.total.plain():
                change_plan(row, said["price_id"], g.sub_account, by=current_actor(), now=now)
                flash(_("The plan is changed.") if planned.is_now else _("The change is planned."), "success")
                return redirect(url_for(".show", install_id=row.id))
    plans = [price for price in sold if price.kind is AppPriceKind.RECURRING]
    return form.page("marketplace/storefront/plan.html", install=row, app=found.app, plans=plans, planned=planned)


@pages.post(f"{ONE}/removal")
@permits("installs.manage")
def remove(install_id: UUID) -> ResponseReturnValue:
    row = _own(install_id)
    with transaction():
        uninstall(row, reason=_("Uninstalled"), by=current_actor(), now=clock.now())
    flash(_("%(name)s is uninstalled.", name=queries.with_app(row).app.name), "success")
    return redirect(url_for(".index"))


def _own(install_id: UUID) -> Install:
    return queries.install(install_id, sub_account_id=g.sub_account.id)


def _plan(row: Install) -> AppPrice | None:
    return catalogue.app_price(row.app_price_id) if row.app_price_id else None
