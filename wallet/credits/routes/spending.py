from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import g
from flask.views import MethodView
from flask_babel import lazy_gettext as _l

from agency.foundation import clock, ids
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.api import ListQuery
from agency.foundation.database.session import transaction
from agency.foundation.errors import InvalidInput, NotAllowed
from agency.foundation.idempotency.replay import idempotent
from agency.foundation.paging import Page
from agency.tenants import queries as tenants
from wallet.credits import queries
from wallet.credits.models.holds import Hold
from wallet.credits.models.lots import CreditLot
from wallet.credits.operations.debits import Debit, charge
from wallet.credits.operations.grants import Grant, grant_once
from wallet.credits.operations.hold_ends import capture, release
from wallet.credits.operations.holds import HoldWish, find_hold, hold
from wallet.credits.queries import wallet_of
from wallet.credits.routes.amounts import open_sub_account, refuse_foreign_amount
from wallet.credits.routes.reading import PATH, with_lots
from wallet.credits.schemas import (
    HOLD_TIME_MAX,
    HoldAnswer,
    Holds,
    LotAnswer,
    NewCapture,
    NewGrant,
    NewHold,
    NewSpending,
    TransactionAnswer,
)
from wallet.ledger.codes import Code

spending = api("wallet-spending", __name__, description="Grants, charges and holds of prepaid credit.")

HOLD_TIME = timedelta(days=1)


@spending.route(f"{PATH}/grants")
class Grants(MethodView):
    @idempotent
    @spending.arguments(NewGrant)
    @spending.response(201, LotAnswer)
    @permits("wallets.manage")
    def post(self, fields: dict[str, Any], sub_account_id: UUID) -> CreditLot:
        """Give complimentary credit; the agency's keys alone may."""
        if g.get("place") is not None:
            raise NotAllowed
        now, grant_id = clock.now(), ids.new_id()
        open_sub_account(sub_account_id, fields["amount"])
        expires_at = fields.get("expires_at")
        if expires_at is not None and expires_at <= now:
            raise InvalidInput({"expires_at": [str(_l("The credit would expire in the past."))]})
        meters = fields.get("meters")
        wish = Grant(
            id=grant_id,
            sub_account_id=sub_account_id,
            amount=fields["amount"],
            source_type="grant",
            source_id=grant_id,
            description=fields["reason"],
            expires_at=expires_at,
            meters=frozenset(meters) if meters else None,
            priority=fields["priority"],
        )
        with transaction():
            return grant_once(wish, by=current_actor(), now=now)


@spending.route(f"{PATH}/charges")
class Charges(MethodView):
    @idempotent
    @spending.arguments(NewSpending)
    @spending.response(201, TransactionAnswer)
    @permits("wallets.manage")
    def post(self, fields: dict[str, Any], sub_account_id: UUID) -> dict[str, object]:
        """Spend credit on new work; refused where it is not available."""
        charge_id = ids.new_id()
        with transaction():
            open_sub_account(sub_account_id, fields["amount"])
            wish = Debit(
                id=charge_id,
                sub_account_id=sub_account_id,
                kind=Code.CHARGE,
                source_type="api_charge",
                source_id=charge_id,
                **fields,
            )
            return with_lots([charge(wish, now=clock.now())])[0]


@spending.route(f"{PATH}/holds")
class WalletHolds(MethodView):
    @spending.arguments(ListQuery, location="query")
    @spending.response(200, Holds)
    @permits("wallets.read")
    def get(self, query: dict[str, Any], sub_account_id: UUID) -> Page[Hold]:
        """The open holds, newest first."""
        key = wallet_of(tenants.sub_account(sub_account_id))
        return queries.open_holds(key, cursor=query.get("cursor"), limit=query["limit"])

    @idempotent
    @spending.arguments(NewHold)
    @spending.response(201, HoldAnswer)
    @permits("wallets.manage")
    def post(self, fields: dict[str, Any], sub_account_id: UUID) -> Hold:
        """Reserve credit for work to come; refused where it is not available."""
        now, hold_id = clock.now(), ids.new_id()
        expires_at = fields.pop("expires_at", None) or now + HOLD_TIME
        if expires_at > now + HOLD_TIME_MAX:
            raise InvalidInput({"expires_at": [str(_l("A hold lasts at most 31 days."))]})
        with transaction():
            open_sub_account(sub_account_id, fields["amount"])
            wish = HoldWish(
                id=hold_id,
                sub_account_id=sub_account_id,
                source_type="api_hold",
                source_id=hold_id,
                expires_at=expires_at,
                **fields,
            )
            return hold(wish, now=now)


@spending.route(f"{PATH}/holds/<id(hld):hold_id>")
class OneHold(MethodView):
    @spending.response(200, HoldAnswer)
    @permits("wallets.read")
    def get(self, sub_account_id: UUID, hold_id: UUID) -> Hold:
        """One hold, open or ended."""
        return find_hold(hold_id, sub_account_id=sub_account_id)


@spending.route(f"{PATH}/holds/<id(hld):hold_id>/capture")
class Captures(MethodView):
    @idempotent
    @spending.arguments(NewCapture)
    @spending.response(201, TransactionAnswer)
    @permits("wallets.manage")
    def post(self, fields: dict[str, Any], sub_account_id: UUID, hold_id: UUID) -> dict[str, object]:
        """Spend what a hold reserves, or a part; the rest is released. Once."""
        with transaction():
            row = find_hold(hold_id, sub_account_id=sub_account_id)
            amount = fields.get("amount") or row.money
            refuse_foreign_amount(tenants.sub_account(sub_account_id), amount)
            return with_lots([capture(row, amount, description=fields["description"], now=clock.now())])[0]


@spending.route(f"{PATH}/holds/<id(hld):hold_id>/release")
class Releases(MethodView):
    @idempotent
    @spending.response(200, HoldAnswer)
    @permits("wallets.manage")
    def post(self, sub_account_id: UUID, hold_id: UUID) -> Hold:
        """Free what a hold reserves. Once."""
        with transaction():
            row = find_hold(hold_id, sub_account_id=sub_account_id)
            release(row, now=clock.now())
            return row
