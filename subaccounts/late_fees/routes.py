"""What a seller adds for paying late: one form in the console and in a panel, and the same for programs."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask.views import MethodView
from flask_babel import gettext as _

from agency.foundation import clock
from agency.foundation.access.blueprints import api, console, panel
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.errors import NotAllowed
from agency.foundation.forms import Form
from agency.foundation.typed_amounts import typed, written
from agency.tenants.queries import sub_account
from subaccounts.late_fees.models import LateFeeRule
from subaccounts.late_fees.operations import set_rule
from subaccounts.late_fees.queries import rule_of
from subaccounts.late_fees.schemas import LateFeeRuleAnswer, LateFeeRuleBody, RuleForm
from subaccounts.late_fees.words import REPEATS

in_console = console("late_fees_desk", __name__)
in_panel = panel("customer_late_fees", __name__)
resources = api("late-fees", __name__, description="What is added to bills that are paid late.")


@in_panel.route("/late-fees", methods=["GET", "POST"])
@in_console.route("/late-fees", methods=["GET", "POST"])
@permits("invoices.manage")
def show() -> ResponseReturnValue:
    seller = g.sub_account.id if request.blueprint == in_panel.name else None
    rule = rule_of(seller)
    form = Form(RuleForm(rule.currency), initial=_initial(rule))
    said = form.load()
    if said is not None:
        with form.catching(), transaction():
            set_rule(seller, said, by=current_actor(), now=clock.now())
            flash(_("Saved."), "success")
            return redirect(url_for(".show"))
    return form.page("subaccounts/late_fees/page.html", rule=rule, repeats=REPEATS)


def _initial(rule: LateFeeRule) -> dict[str, Any]:
    return {
        "is_on": "1" if rule.is_on else "",
        "fixed": typed(rule.fixed) if rule.fixed else "",
        "percent": written(rule.percent.normalize()) if rule.percent else "",
        "after_days": rule.after_days,
        "repeats": rule.repeats.value,
    }


@resources.route("/late-fee-rule")
class AgencyRule(MethodView):
    @resources.response(200, LateFeeRuleAnswer)
    @permits("invoices.read")
    def get(self) -> LateFeeRule:
        """What the agency adds to its clients' late bills."""
        _refuse_place()
        return rule_of(None)

    @resources.arguments(LateFeeRuleBody)
    @resources.response(200, LateFeeRuleAnswer)
    @permits("invoices.manage")
    def put(self, said: dict[str, Any]) -> LateFeeRule:
        """Set it; it holds for invoices issued since it was switched on."""
        _refuse_place()
        return _set(None, said)


@resources.route("/sub-accounts/<id(sac):sub_account_id>/late-fee-rule")
class SellerRule(MethodView):
    @resources.response(200, LateFeeRuleAnswer)
    @permits("invoices.read")
    def get(self, sub_account_id: UUID) -> LateFeeRule:
        """What a sub-account adds to its customers' late bills."""
        return rule_of(sub_account(sub_account_id).id)

    @resources.arguments(LateFeeRuleBody)
    @resources.response(200, LateFeeRuleAnswer)
    @permits("invoices.manage")
    def put(self, said: dict[str, Any], sub_account_id: UUID) -> LateFeeRule:
        """Set it; it holds for invoices issued since it was switched on."""
        return _set(sub_account(sub_account_id).id, said)


def _set(seller: UUID | None, said: dict[str, Any]) -> LateFeeRule:
    with transaction():
        return set_rule(seller, said, by=current_actor(), now=clock.now())


def _refuse_place() -> None:
    """The agency's own rule is nothing for a sub-account's key."""
    if g.get("place") is not None:
        raise NotAllowed


PAGES = [in_console, in_panel]
RESOURCES = [resources]
