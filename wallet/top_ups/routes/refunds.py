"""Refunds of top-ups: the agency's alone to give."""

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
from agency.foundation.errors import NotAllowed
from agency.foundation.idempotency.replay import KeyReused
from agency.foundation.idempotency.steps import idempotent_in_steps, request_name
from agency.foundation.money import Money
from agency.foundation.paging import Page
from agency.tenants.queries import sub_account
from wallet.charges.jobs import give_back
from wallet.credits.standing import lock_wallet
from wallet.top_ups import queries
from wallet.top_ups.operations.refunding import RefundWish, lock_charges, request_refund_of_top_ups
from wallet.top_ups.queries import RefundWithParts
from wallet.top_ups.schemas import NewRefund, RefundAnswer, Refunds

resources = api("refunds", __name__, description="Unspent funds returned to the card they came from.")
PATH = "/wallets/<id(sac):sub_account_id>/refunds"


@resources.route(PATH)
class RefundList(MethodView):
    @resources.arguments(ListQuery, location="query")
    @resources.response(200, Refunds)
    @permits("wallets.read")
    def get(self, query: dict[str, Any], sub_account_id: UUID) -> Page[RefundWithParts]:
        """List refunds, newest first."""
        sub_account(sub_account_id)
        return queries.refunds(sub_account_id, cursor=query.get("cursor"), limit=query["limit"])

    @idempotent_in_steps
    @resources.arguments(NewRefund)
    @resources.response(201, RefundAnswer)
    @permits("wallets.manage")
    def post(self, fields: dict[str, Any], sub_account_id: UUID) -> RefundWithParts:
        """Return unspent purchased credit to its cards, the newest first; the agency's keys alone may."""
        if g.get("place") is not None:
            raise NotAllowed
        return refund_top_ups(sub_account_id, fields["amount"], fields["reason"], request=request_name())


@resources.route(f"{PATH}/<id(trf):refund_id>")
class OneRefund(MethodView):
    @resources.response(200, RefundAnswer)
    @permits("wallets.read")
    def get(self, sub_account_id: UUID, refund_id: UUID) -> RefundWithParts:
        """One refund and what became of its parts."""
        return queries.refund(refund_id, sub_account_id=sub_account_id)


def refund_top_ups(sub_account_id: UUID, amount: Money, reason: str, *, request: str | None) -> RefundWithParts:
    """Claim, call, settle; a page and the API do it alike. Found again by its request, it goes on where it was."""
    with transaction():
        wish = RefundWish(sub_account=sub_account(sub_account_id), amount=amount, reason=reason, request=request)
        lock_charges(wish.wallet)
        lock_wallet(wish.wallet)  # Of two that come at once the second finds what the first has begun.
        found = queries.refund_of_request(request) if request else None
        if found is None:
            found = request_refund_of_top_ups(wish, collects=True, by=current_actor(), now=clock.now())
        elif (found.sub_account_id, found.amount) != (sub_account_id, amount):
            raise KeyReused
        sent = queries.card_refunds(found.id)
    for card_refund_id in sent:
        give_back(refund_id=str(card_refund_id))
    with transaction():
        return queries.refund(found.id, sub_account_id=sub_account_id)
