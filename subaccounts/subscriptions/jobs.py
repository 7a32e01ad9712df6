from uuid import UUID

from agency.foundation import clock
from agency.foundation.database.session import session, transaction
from agency.foundation.jobs.registry import job
from agency.foundation.tenancy import scope
from subaccounts.subscriptions.models.moves import PriceMove
from subaccounts.subscriptions.operations.moving import move_set
from subaccounts.subscriptions.operations.rehearsing_moves import SET


@job(queue="bulk")
def go_on_moving(*, move_id: str) -> None:
    """Move one set, and ask for the next while there is one."""
    with transaction():
        move = session.get_one(PriceMove, (scope.agency_id(), UUID(move_id)))
        if move.undone_at is None and move_set(move, now=clock.now()) == SET:
            go_on_moving.later(move_id=move_id)
