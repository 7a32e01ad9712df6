"""The agency and its sub-accounts for programs. A sub-account's key sees that sub-account alone."""

from typing import Any
from uuid import UUID

from flask import g
from flask.views import MethodView

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.idempotency.replay import idempotent
from agency.foundation.paging import Page
from agency.tenants import queries
from agency.tenants.models import Agency, SubAccount, Suspension, SuspensionKind
from agency.tenants.operations.agencies import change_agency
from agency.tenants.operations.sub_accounts import change_sub_account, open_sub_account, wish_at
from agency.tenants.operations.suspensions import end_suspension, suspend
from agency.tenants.schemas import (
    AgencyAnswer,
    AgencyChanges,
    NewSubAccount,
    SubAccountAnswer,
    SubAccountChanges,
    SubAccountQuery,
    SubAccounts,
    SuspensionAnswer,
    SuspensionReason,
)

agency_resources = api("agency", __name__, description="The agency that a key belongs to.")
resources = api("sub-accounts", __name__, description="Who buys from the agency.")


@agency_resources.route("/agency")
class TheAgency(MethodView):
    @agency_resources.response(200, AgencyAnswer)
    @permits("agency.read")
    def get(self) -> Agency:
        """Read the agency."""
        return queries.agency()

    @agency_resources.arguments(AgencyChanges)
    @agency_resources.response(200, AgencyAnswer)
    @permits("agency.manage")
    def patch(self, changes: dict[str, Any]) -> Agency:
        """Change the agency's settings."""
        with transaction():
            change_agency(g.agency, changes, by=current_actor(), now=clock.now())
        return queries.agency()


@resources.route("/sub-accounts")
class SubAccountList(MethodView):
    @resources.arguments(SubAccountQuery, location="query")
    @resources.response(200, SubAccounts)
    @permits("sub_accounts.read")
    def get(self, query: dict[str, Any]) -> Page[SubAccount]:
        """List sub-accounts, newest first."""
        return queries.sub_accounts(**query)

    @idempotent
    @resources.arguments(NewSubAccount)
    @resources.response(201, SubAccountAnswer)
    @permits("sub_accounts.manage")
    def post(self, fields: dict[str, Any]) -> SubAccount:
        """Open a sub-account."""
        with transaction():
            return open_sub_account(wish_at(g.agency, **fields), by=current_actor(), now=clock.now())


@resources.route("/sub-accounts/<id(sac):sub_account_id>")
class OneSubAccount(MethodView):
    @resources.response(200, SubAccountAnswer)
    @permits("sub_accounts.read")
    def get(self, sub_account_id: UUID) -> SubAccount:
        """Read a sub-account."""
        return queries.sub_account(sub_account_id)

    @resources.arguments(SubAccountChanges)
    @resources.response(200, SubAccountAnswer)
    @permits("sub_accounts.manage")
    def patch(self, changes: dict[str, Any], sub_account_id: UUID) -> SubAccount:
        """Change a sub-account."""
        sub_account = queries.sub_account(sub_account_id)
        with transaction():
            change_sub_account(sub_account, changes, by=current_actor(), now=clock.now())
        return sub_account


@resources.route("/sub-accounts/<id(sac):sub_account_id>/pause")
class Pause(MethodView):
    @idempotent
    @resources.arguments(SuspensionReason)
    @resources.response(201, SuspensionAnswer)
    @permits("sub_accounts.manage")
    def post(self, body: dict[str, str], sub_account_id: UUID) -> Suspension:
        """Pause a sub-account."""
        sub_account = queries.sub_account(sub_account_id)
        with transaction():
            return suspend(
                sub_account, SuspensionKind.PAUSE, reason=body["reason"], by=current_actor(), now=clock.now()
            )

    @resources.response(204)
    @permits("sub_accounts.manage")
    def delete(self, sub_account_id: UUID) -> None:
        """Resume a paused sub-account."""
        sub_account = queries.sub_account(sub_account_id)
        with transaction():
            end_suspension(sub_account, SuspensionKind.PAUSE, by=current_actor(), now=clock.now())
