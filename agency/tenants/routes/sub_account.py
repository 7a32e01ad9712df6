"""One sub-account: its tabs, and pausing, resuming, reopening it."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from marshmallow import EXCLUDE

from agency.foundation import clock, i18n
from agency.foundation.access.blueprints import console
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.audit.queries import Wanted, newest
from agency.foundation.audit.schemas import LogCursor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form, load_filters
from agency.tenants import queries
from agency.tenants.models import SuspensionKind
from agency.tenants.operations.sub_accounts import change_sub_account
from agency.tenants.operations.suspensions import end_suspension, suspend
from agency.tenants.schemas import SubAccountSettings, SuspensionReason

pages = console("sub_account", __name__)
SUMMARY = "agency/tenants/sub_account/summary.html"


@pages.get("/sub-accounts/<id(sac):sub_account_id>")
@permits("sub_accounts.read")
def summary(sub_account_id: UUID) -> str:
    sub_account = queries.sub_account(sub_account_id)
    return render_template(SUMMARY, sub_account=sub_account, suspensions=queries.suspensions(sub_account))


@pages.get("/sub-accounts/<id(sac):sub_account_id>/activity")
@permits("audit.read")
def activity(sub_account_id: UUID) -> str:
    sub_account = queries.sub_account(sub_account_id)
    page = newest(Wanted(sub_account_id=sub_account.id), **load_filters(LogCursor()))
    return render_template("agency/tenants/sub_account/activity.html", sub_account=sub_account, page=page)


@pages.route("/sub-accounts/<id(sac):sub_account_id>/settings", methods=["GET", "POST"])
@permits("sub_accounts.manage")
def settings(sub_account_id: UUID) -> ResponseReturnValue:
    sub_account = queries.sub_account(sub_account_id)
    schema = SubAccountSettings(unknown=EXCLUDE)
    form = Form(schema, initial={name: getattr(sub_account, name) or "" for name in schema.fields})
    changes = form.load()
    if changes is not None:
        with form.catching(), transaction():
            change_sub_account(sub_account, changes, by=current_actor(), now=clock.now())
            flash(_("Saved."), "success")
            return redirect(url_for(".settings", sub_account_id=sub_account_id))
    template = "agency/tenants/sub_account/settings.html"
    return form.page(template, sub_account=sub_account, zones=i18n.TIME_ZONES)


@pages.post("/sub-accounts/<id(sac):sub_account_id>/pause")
@permits("sub_accounts.manage")
def pause(sub_account_id: UUID) -> ResponseReturnValue:
    """Without a reason, or when it is so already, the dialog comes back open and says why."""
    sub_account = queries.sub_account(sub_account_id)
    form = Form(SuspensionReason(unknown=EXCLUDE))
    wish = form.load()
    if wish is not None:
        with form.catching(), transaction():
            suspend(sub_account, SuspensionKind.PAUSE, reason=wish["reason"], by=current_actor(), now=clock.now())
            return _told(sub_account_id)
    return form.page(SUMMARY, sub_account=sub_account, suspensions=queries.suspensions(sub_account), refused=True)


@pages.post("/sub-accounts/<id(sac):sub_account_id>/pause/end")
@permits("sub_accounts.manage")
def resume(sub_account_id: UUID) -> ResponseReturnValue:
    return _end(sub_account_id, SuspensionKind.PAUSE)


@pages.post("/sub-accounts/<id(sac):sub_account_id>/closure/end")
@permits("sub_accounts.manage")
def reopen(sub_account_id: UUID) -> ResponseReturnValue:
    return _end(sub_account_id, SuspensionKind.CLOSURE)


def _end(sub_account_id: UUID, kind: SuspensionKind) -> ResponseReturnValue:
    sub_account = queries.sub_account(sub_account_id)
    with transaction():
        end_suspension(sub_account, kind, by=current_actor(), now=clock.now())
    return _told(sub_account_id)


def _told(sub_account_id: UUID) -> ResponseReturnValue:
    sub_account = queries.sub_account(sub_account_id)
    said = {
        "active": _("%(name)s is active.", name=sub_account.name),
        "paused": _("%(name)s is paused.", name=sub_account.name),
        "closed": _("%(name)s is closed.", name=sub_account.name),
    }
    flash(said[sub_account.state], "success")
    return redirect(url_for(".summary", sub_account_id=sub_account_id))
