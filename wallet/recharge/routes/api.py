"""Automatic recharge for programs."""

from typing import Any
from uuid import UUID

from flask import g
from flask.views import MethodView

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.api import ListQuery
from agency.foundation.database.session import transaction
from agency.foundation.errors import NotAllowed, NotFound
from agency.foundation.paging import Page
from agency.tenants.queries import sub_account
from wallet.credits.queries import wallet_of
from wallet.payment_methods.schemas import when_given
from wallet.payment_methods.setups import Consent
from wallet.recharge import queries
from wallet.recharge.models import Recharge, RechargeDecision, RechargePause
from wallet.recharge.operations.pauses import lift_by_staff
from wallet.recharge.operations.saving import RuleWish, remove_rule, save_rule
from wallet.recharge.operations.simulating import simulate_rule
from wallet.recharge.rules.simulation import Simulation
from wallet.recharge.schemas import (
    Decisions,
    LiftWish,
    NewRule,
    PauseAnswer,
    RechargeAnswer,
    Recharges,
    RuleAnswer,
    RuleTermsFields,
    SimulationAnswer,
)
from wallet.recharge.showing import ShownRule, shown_rule

resources = api("recharge", __name__, description="Automatic recharge of wallets, and why it did or did not charge.")
PATH = "/wallets/<id(sac):sub_account_id>"


@resources.route(f"{PATH}/recharge-rule")
class Rule(MethodView):
    @resources.response(200, RuleAnswer)
    @permits("wallets.read")
    def get(self, sub_account_id: UUID) -> ShownRule:
        """The rule, and what really holds."""
        return _shown(sub_account_id)

    @resources.arguments(NewRule)
    @resources.response(200, RuleAnswer)
    @permits("wallets.manage")
    def put(self, fields: dict[str, Any], sub_account_id: UUID) -> ShownRule:
        """Set the rule. Where it would charge at once, that must be confirmed."""
        now = clock.now()
        given = fields.pop("consent", None)
        consent = given and Consent(text=given["text"], by=given["given_by"], at=when_given(given, now))
        cards = tuple(fields.pop("cards", ()))
        with transaction():
            wish = RuleWish(sub_account=sub_account(sub_account_id), cards=cards, consent=consent, **fields)
            save_rule(wish, by=current_actor(), now=now)
        return _shown(sub_account_id)

    @resources.response(204)
    @permits("wallets.manage")
    def delete(self, sub_account_id: UUID) -> None:
        """End automatic recharge."""
        with transaction():
            remove_rule(wallet_of(sub_account(sub_account_id)), by=current_actor(), now=clock.now())


@resources.route(f"{PATH}/recharge-rule/pause")
class Pause(MethodView):
    @resources.arguments(LiftWish)
    @resources.response(200, PauseAnswer)
    @permits("wallets.manage")
    def delete(self, fields: dict[str, str], sub_account_id: UUID) -> RechargePause:
        """Lift a pause, with a reason; the agency's keys alone may."""
        if g.get("place") is not None:
            raise NotAllowed
        with transaction():
            wallet = wallet_of(sub_account(sub_account_id))
            return lift_by_staff(wallet, fields["reason"], by=current_actor(), now=clock.now())


@resources.route(f"{PATH}/recharges")
class RechargeList(MethodView):
    @resources.arguments(ListQuery, location="query")
    @resources.response(200, Recharges)
    @permits("wallets.read")
    def get(self, query: dict[str, Any], sub_account_id: UUID) -> Page[Recharge]:
        """List recharges, newest first."""
        sub_account(sub_account_id)
        return queries.recharges(sub_account_id, cursor=query.get("cursor"), limit=query["limit"])


@resources.route(f"{PATH}/recharges/<id(rch):recharge_id>")
class OneRecharge(MethodView):
    @resources.response(200, RechargeAnswer)
    @permits("wallets.read")
    def get(self, sub_account_id: UUID, recharge_id: UUID) -> Recharge:
        """One recharge."""
        return queries.recharge(recharge_id, sub_account_id=sub_account_id)


@resources.route(f"{PATH}/recharge-decisions")
class DecisionList(MethodView):
    @resources.arguments(ListQuery, location="query")
    @resources.response(200, Decisions)
    @permits("wallets.read")
    def get(self, query: dict[str, Any], sub_account_id: UUID) -> Page[RechargeDecision]:
        """Why the wallet was recharged, and why not, newest first."""
        sub_account(sub_account_id)
        return queries.decisions(sub_account_id, cursor=query.get("cursor"), limit=query["limit"])


@resources.route(f"{PATH}/recharge-simulation")
class RechargeSimulation(MethodView):
    @resources.arguments(RuleTermsFields)
    @resources.response(200, SimulationAnswer)
    @permits("wallets.read")
    def post(self, fields: dict[str, Any], sub_account_id: UUID) -> Simulation:
        """What a rule would have done to the last 90 days; stores nothing."""
        wish = RuleWish(sub_account=sub_account(sub_account_id), **fields)
        return simulate_rule(wish.sub_account, wish.terms, now=clock.now())


def _shown(sub_account_id: UUID) -> ShownRule:
    found = shown_rule(sub_account(sub_account_id), now=clock.now())
    if found is None:
        raise NotFound
    return found
