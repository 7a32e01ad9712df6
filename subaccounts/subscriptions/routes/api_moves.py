"""Moving subscriptions to another version of their price, for programs."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask.views import MethodView

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.idempotency.replay import idempotent
from agency.plans import queries as catalogue
from agency.plans.models.prices import Price
from subaccounts.subscriptions.models.moves import PriceMove
from subaccounts.subscriptions.operations.following_moves import followed, move
from subaccounts.subscriptions.operations.moving import refuse_move, undo_move
from subaccounts.subscriptions.operations.rehearsing_moves import candidates, rehearse_move
from subaccounts.subscriptions.routes.moves import begin
from subaccounts.subscriptions.rules.conventions import TakesEffect
from subaccounts.subscriptions.schemas.prices import MoveAnswer, MoveTrials, NewMove

resources = api("price-moves", __name__, description="Subscriptions go over to another version of their price.")
NEW = {"takes_effect": "period_end", "subscription_ids": ["sub_01hzy3v7k2e8mb4x9q0n5t6w1r"]}


@resources.route("/prices/<id(pri):price_id>/moves/preview")
class MovePreviews(MethodView):
    @resources.arguments(NewMove, example=NEW)
    @resources.response(200, MoveTrials)
    @permits("catalogue.manage")
    def post(self, said: dict[str, Any], price_id: UUID) -> dict[str, Sequence[object]]:
        """What a move would do to each subscription; nothing is stored."""
        price, when, wanted = catalogue.one(Price, price_id), TakesEffect(said["takes_effect"]), _wanted(said)
        refuse_move(price, when, now=clock.now())
        found = [each for each in candidates(price) if wanted is None or each in wanted]
        return {"data": list(rehearse_move(price, found, when, now=clock.now()))}


@resources.route("/prices/<id(pri):price_id>/moves")
class Moves(MethodView):
    @idempotent
    @resources.arguments(NewMove, example=NEW)
    @resources.response(201, MoveAnswer)
    @permits("catalogue.manage")
    def post(self, said: dict[str, Any], price_id: UUID) -> dict[str, object]:
        """Move subscriptions to this version of their price, at once or each with its next renewal."""
        price = catalogue.one(Price, price_id)
        with transaction():
            begun = begin(price, _wanted(said), TakesEffect(said["takes_effect"]))
        return _told(begun)


@resources.route("/price-moves/<id(pmv):move_id>")
class OneMove(MethodView):
    @resources.response(200, MoveAnswer)
    @permits("catalogue.manage")
    def get(self, move_id: UUID) -> dict[str, object]:
        """A move, with what became of each subscription."""
        return _told(move(move_id))


@resources.route("/price-moves/<id(pmv):move_id>/undo")
class Undoing(MethodView):
    @resources.response(200, MoveAnswer)
    @permits("catalogue.manage")
    def post(self, move_id: UUID) -> dict[str, object]:
        """Take back what was not billed yet."""
        of = move(move_id)
        with transaction():
            undo_move(of, by=current_actor(), now=clock.now())
        return _told(of)


def _told(of: PriceMove) -> dict[str, object]:
    return {"move": of, "subscriptions": followed(of, catalogue.one(Price, of.price_id))}


def _wanted(said: dict[str, Any]) -> set[UUID] | None:
    return None if said["subscription_ids"] is None else set(said["subscription_ids"])
