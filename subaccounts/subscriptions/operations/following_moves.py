"""Moves as they stand: what became of each subscription, read where its change says more than the move knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, select

from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.plans.models.prices import Price
from agency.tenants.models import SubAccount
from subaccounts.subscriptions.models.course import ChangeState, SubscriptionChange
from subaccounts.subscriptions.models.moves import Moved, MovedSubscription, PriceMove

SHOWN = 500
COME = {ChangeState.APPLIED: Moved.MOVED, ChangeState.WITHDRAWN: Moved.UNDONE, ChangeState.PLANNED: Moved.PLANNED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    subscription_id: UUID
    sub_account_id: UUID
    name: str
    state: Moved
    reason: str | None
    before: Money | None
    after: Money | None

    @property
    def difference(self) -> Money | None:
        return None if self.before is None or self.after is None else self.after - self.before


def move(move_id: UUID) -> PriceMove:
    """Raises NotFound: none such."""
    found = session.get(PriceMove, (scope.agency_id(), move_id))
    if found is None:
        raise NotFound
    return found


def moves_of(line_id: UUID) -> Sequence[PriceMove]:
    """Of a price's line, newest first."""
    return session.scalars(
        select(PriceMove).where(PriceMove.line_id == line_id).order_by(PriceMove.id.desc()).limit(SHOWN)
    ).all()


def followed(of: PriceMove, price: Price) -> list[Followed]:
    """The subscriptions of a move, with the names of their clients."""
    same, row = MovedSubscription.agency_id, MovedSubscription
    found = session.execute(
        select(row, SubAccount.name, SubscriptionChange.state)
        .join(SubAccount, and_(SubAccount.agency_id == same, SubAccount.id == row.sub_account_id))
        .outerjoin(
            SubscriptionChange, and_(SubscriptionChange.agency_id == same, SubscriptionChange.id == row.change_id)
        )
        .where(row.move_id == of.id)
        .order_by(row.subscription_id)
        .limit(SHOWN)
    )
    return [_followed(member, name, change, price) for member, name, change in found]


def _followed(member: MovedSubscription, name: str, change: ChangeState | None, price: Price) -> Followed:
    before, after = member.amounts(price)
    return Followed(
        subscription_id=member.subscription_id,
        sub_account_id=member.sub_account_id,
        name=name,
        state=COME[change] if change else member.state,
        reason=member.reason or None,
        before=before,
        after=after,
    )
