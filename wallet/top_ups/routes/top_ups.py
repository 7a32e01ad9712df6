"""Adding funds for programs."""

from typing import Any
from uuid import UUID

from flask.views import MethodView
from flask_babel import lazy_gettext as _l

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.api import ListQuery
from agency.foundation.database.session import transaction
from agency.foundation.errors import DomainError
from agency.foundation.idempotency.replay import KeyReused
from agency.foundation.idempotency.steps import idempotent_in_steps, request_name
from agency.foundation.money import Money
from agency.foundation.paging import Page
from agency.tenants.queries import sub_account
from wallet.charges.jobs import collect
from wallet.charges.queries import charge_of, open_attempt
from wallet.credits.queries import wallet_of
from wallet.credits.standing import lock_wallet
from wallet.top_ups import queries
from wallet.top_ups.models import TopUp, TopUpState
from wallet.top_ups.operations.adding import TOP_UP, TopUpWish, request_top_up
from wallet.top_ups.schemas import NewTopUp, TopUpAnswer, TopUps

resources = api("top-ups", __name__, description="Funds added to a wallet from a card.")
PATH = "/wallets/<id(sac):sub_account_id>/top-ups"


class TopUpDeclined(DomainError):
    """The row stays readable under its id."""

    status = 402
    field = "payment_method"
    message = _l("The card was declined (%(reason)s). Nothing was charged and nothing was added.")

    @property
    def facts(self) -> dict[str, str | None]:
        return {"decline_class": str(self.values["decline_class"]), "top_up_id": str(self.values["top_up_id"])}


@resources.route(PATH)
class TopUpList(MethodView):
    @resources.arguments(ListQuery, location="query")
    @resources.response(200, TopUps)
    @permits("wallets.read")
    def get(self, query: dict[str, Any], sub_account_id: UUID) -> Page[TopUp]:
        """List top-ups, newest first."""
        sub_account(sub_account_id)
        return queries.top_ups(sub_account_id, cursor=query.get("cursor"), limit=query["limit"])

    @idempotent_in_steps
    @resources.arguments(NewTopUp)
    @resources.response(201, TopUpAnswer)
    @permits("wallets.manage")
    def post(self, fields: dict[str, Any], sub_account_id: UUID) -> TopUp:
        """Add funds from a card, waiting up to ten seconds for its bank.

        The answer's state is settled, processing or needs_authentication; a declined card is a 402.
        """
        added = add_funds(sub_account_id, fields["amount"], fields.get("payment_method"), request=request_name())
        if added.state is TopUpState.DECLINED:
            raise TopUpDeclined(
                reason=added.decline_code or added.decline_class,
                decline_class=added.decline_class,
                top_up_id=added.public_id,
            )
        return added


@resources.route(f"{PATH}/<id(top):top_up_id>")
class OneTopUp(MethodView):
    @resources.response(200, TopUpAnswer)
    @permits("wallets.read")
    def get(self, sub_account_id: UUID, top_up_id: UUID) -> TopUp:
        """One top-up, whatever became of it."""
        return queries.top_up(top_up_id, sub_account_id=sub_account_id)


def add_funds(sub_account_id: UUID, amount: Money, card_id: UUID | None, *, request: str | None) -> TopUp:
    """Claim, call, settle; a page and the API do it alike. Found again by its request, it goes on where it was."""
    with transaction():
        client = sub_account(sub_account_id)
        lock_wallet(wallet_of(client))  # Of two that come at once the second finds what the first has begun.
        found = queries.top_up_of_request(request) if request else None
        if found is None:
            wish = TopUpWish(sub_account=client, amount=amount, card_id=card_id, request=request)
            found, _attempt = request_top_up(wish, by=current_actor(), now=clock.now())
        elif (found.sub_account_id, found.amount) != (sub_account_id, amount):
            raise KeyReused
        charge = charge_of(TOP_UP, found.id)
        attempt = open_attempt(charge.id) if charge else None
    if attempt is not None:
        collect(attempt_id=str(attempt.id))
    with transaction():
        return queries.top_up(found.id)
