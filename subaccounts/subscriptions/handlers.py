"""What subscriptions hear of themselves: letters are written by a job, so that no bill waits for them."""

from subaccounts.subscriptions.events import SubscriptionsMoved
from subaccounts.subscriptions.jobs import moves_told, tell_of


def tell_moves(event: SubscriptionsMoved) -> None:
    told = moves_told(event.moves)
    if told:
        tell_of.later(moves=told, at=event.at.isoformat())
