"""Closing a sub-account: what will become of everything is shown, then done; for people and for programs."""

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask.views import MethodView
from flask_babel import gettext as _
from marshmallow import EXCLUDE

from agency.foundation import clock
from agency.foundation.access.blueprints import api, console
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form
from agency.foundation.idempotency.replay import idempotent
from agency.foundation.money import MalformedAmount, Money
from agency.tenants import queries as tenants
from agency.tenants.models import SubAccount, SuspensionKind
from agency.tenants.operations.suspensions import end_suspension
from subaccounts.closing.operations import Closing, ClosingWish, close, return_rest
from subaccounts.closing.queries import ClosingPlan, closing_plan
from subaccounts.closing.schemas import ClosingPlanAnswer, ClosureAnswer, ClosureBody, ClosureForm, EmptiedAnswer
from wallet.credits.events import WalletClosedOut
from wallet.screens import words
from wallet.top_ups.queries import refunds

pages = console("closing", __name__)
resources = api("closures", __name__, description="The end of a sub-account, and what its wallet pays back.")
PATH = "/sub-accounts/<id(sac):sub_account_id>/closure"


@pages.route(PATH, methods=["GET", "POST"])
@permits("sub_accounts.manage")
def closure(sub_account_id: UUID) -> ResponseReturnValue:
    client = tenants.sub_account(sub_account_id)
    plan = closing_plan(client, now=clock.now())
    form = Form(ClosureForm(unknown=EXCLUDE), initial={"returned": plan.wallet.returned.plain()})
    said = form.load()
    if said is not None:
        wish = ClosingWish(sub_account=client, **said | {"returned": _shown(said["returned"], client)})
        with form.catching(), transaction():
            close(wish, by=current_actor(), now=clock.now())
            flash(_("%(name)s is closed.", name=client.name), "success")
            return redirect(url_for(".closure", sub_account_id=sub_account_id))
    template = "subaccounts/closing/plan.html" if client.is_open else "subaccounts/closing/closed.html"
    past = [] if client.is_open else _refunds_since(client)
    return form.page(template, sub_account=client, plan=plan, past=past, words=words)


@pages.post(f"{PATH}/returns")
@permits("sub_accounts.manage")
def returns(sub_account_id: UUID) -> ResponseReturnValue:
    """Whoever presses twice finds the wallet empty the second time."""
    with transaction():
        return_rest(tenants.sub_account(sub_account_id), by=current_actor(), now=clock.now())
        flash(_("What was left is on its way."), "success")
    return redirect(url_for(".closure", sub_account_id=sub_account_id))


@resources.route(PATH)
class Closure(MethodView):
    @resources.response(200, ClosingPlanAnswer)
    @permits("sub_accounts.manage")
    def get(self, sub_account_id: UUID) -> ClosingPlan:
        """What closing a sub-account would do now; stores nothing."""
        return closing_plan(tenants.sub_account(sub_account_id), now=clock.now())

    @idempotent
    @resources.arguments(ClosureBody)
    @resources.response(201, ClosureAnswer)
    @permits("sub_accounts.manage")
    def post(self, body: dict[str, Any], sub_account_id: UUID) -> Closing:
        """Close a sub-account: end its subscriptions and pay its wallet back, to its cards or to a successor."""
        wish = ClosingWish(sub_account=tenants.sub_account(sub_account_id), **body)
        with transaction():
            return close(wish, by=current_actor(), now=clock.now())

    @resources.response(204)
    @permits("sub_accounts.manage")
    def delete(self, sub_account_id: UUID) -> None:
        """Reopen a closed sub-account; what ended with it stays ended."""
        client = tenants.sub_account(sub_account_id)
        with transaction():
            end_suspension(client, SuspensionKind.CLOSURE, by=current_actor(), now=clock.now())


@resources.route(f"{PATH}/returns")
class Returns(MethodView):
    @idempotent
    @resources.response(201, EmptiedAnswer)
    @permits("sub_accounts.manage")
    def post(self, sub_account_id: UUID) -> WalletClosedOut:
        """Return what came back to the wallet of a closed sub-account, or came late."""
        with transaction():
            return return_rest(tenants.sub_account(sub_account_id), by=current_actor(), now=clock.now())


def _shown(amount: str, client: SubAccount) -> Money:
    """The figure of the page; one that nobody was shown is refused like one that has changed."""
    try:
        return Money.of(amount, client.currency)
    except MalformedAmount:
        return Money(-1, client.currency)


def _refunds_since(client: SubAccount) -> list[Any]:
    [closed] = [row for row in tenants.suspensions(client) if row.kind is SuspensionKind.CLOSURE and not row.ended_at]
    return [row for row in refunds(client.id).rows if row.refund.created_at >= closed.began_at]
