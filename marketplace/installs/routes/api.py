"""Installs over the API, for agencies and their clients; an app's key sees its own."""

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
from agency.foundation.errors import NotFound
from agency.foundation.idempotency.replay import idempotent
from agency.foundation.paging import Page
from agency.tenants.queries import sub_account
from marketplace.installs import queries
from marketplace.installs.models.charges import AppCharge
from marketplace.installs.models.installs import Install
from marketplace.installs.operations.installing import InstallWish, install
from marketplace.installs.operations.removing import uninstall
from marketplace.installs.operations.settling import change_plan, set_limits
from marketplace.installs.schemas import (
    AppCharges,
    AppRemoval,
    InstallAnswer,
    InstallQuery,
    Installs,
    NewAppLimits,
    NewAppPlan,
    NewInstall,
)
from subaccounts.subscriptions.models.subscriptions import Collection

installs = api("installs", __name__, description="Apps at work for sub-accounts.")
PATH = "/installs/<id(ins):install_id>"


@installs.route("/installs")
class AllInstalls(MethodView):
    @installs.arguments(InstallQuery, location="query")
    @installs.response(200, Installs)
    @permits("installs.read")
    def get(self, query: dict[str, Any]) -> Page[Install]:
        """Installs, newest first, removed ones among them."""
        return queries.installs(**query)

    @idempotent
    @installs.arguments(NewInstall)
    @installs.response(201, InstallAnswer)
    @permits("installs.manage")
    def post(self, said: dict[str, Any]) -> Install:
        """Install an app with the consent to all that it asks for; its plan begins, what is paid once is taken."""
        client_id = said["sub_account_id"] or g.get("place")
        if client_id is None:
            raise NotFound
        with transaction():
            wish = InstallWish(
                sub_account=sub_account(client_id),
                app_id=said["app_id"],
                permissions=frozenset(said["permissions"]),
                price_id=said["price_id"],
                collection=Collection(said["collection"]),
            )
            return install(wish, by=current_actor(), now=clock.now())


@installs.route(PATH)
class OneInstall(MethodView):
    @installs.response(200, InstallAnswer)
    @permits("installs.read")
    def get(self, install_id: UUID) -> Install:
        """One install."""
        return queries.install(install_id)


@installs.route(f"{PATH}/charges")
class ChargesOfInstall(MethodView):
    @installs.arguments(ListQuery, location="query")
    @installs.response(200, AppCharges)
    @permits("installs.read")
    def get(self, query: dict[str, Any], install_id: UUID) -> Page[AppCharge]:
        """What the app took and gave back, newest first."""
        row = queries.install(install_id)
        return queries.charges(row.id, cursor=query.get("cursor"), limit=query["limit"])


@installs.route(f"{PATH}/plan")
class Plan(MethodView):
    @installs.arguments(NewAppPlan)
    @installs.response(200, InstallAnswer)
    @permits("installs.manage")
    def put(self, said: dict[str, Any], install_id: UUID) -> Install:
        """Change to another plan: a dearer one at once, a cheaper one with the period's end."""
        with transaction():
            row = queries.install(install_id)
            client = sub_account(row.sub_account_id)
            change_plan(row, said["price_id"], client, by=current_actor(), now=clock.now())
            return row


@installs.route(f"{PATH}/limits")
class Limits(MethodView):
    @installs.arguments(NewAppLimits)
    @installs.response(200, InstallAnswer)
    @permits("installs.manage")
    def put(self, said: dict[str, Any], install_id: UUID) -> Install:
        """Limit what the app's usage may cost in a day and in a month."""
        with transaction():
            row = queries.install(install_id)
            daily, monthly = said["daily_limit"], said["monthly_limit"]
            set_limits(row, daily=daily, monthly=monthly, by=current_actor(), now=clock.now())
            return row


@installs.route(f"{PATH}/removal")
class Removals(MethodView):
    @idempotent
    @installs.arguments(AppRemoval)
    @installs.response(200, InstallAnswer)
    @permits("installs.manage")
    def post(self, said: dict[str, Any], install_id: UUID) -> Install:
        """Uninstall at once; what was paid ahead and is not used becomes credit of the account."""
        with transaction():
            row = queries.install(install_id)
            uninstall(row, reason=said["reason"], by=current_actor(), now=clock.now())
            return row
