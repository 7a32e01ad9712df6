"""Move subscriptions to another version of their price, in sets, and take back what has not come yet."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select

from agency.foundation import ids
from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.foundation.tenancy import scope
from agency.plans import queries as catalogue
from agency.plans.models.prices import Price
from agency.plans.rules.components import Component
from subaccounts.subscriptions.holdings import Holding, holdings
from subaccounts.subscriptions.models.course import ChangeState, Happened, SubscriptionChange
from subaccounts.subscriptions.models.moves import Moved, MovedSubscription, PriceMove
from subaccounts.subscriptions.models.subscriptions import Subscription
from subaccounts.subscriptions.operations.advancing import set_cursor
from subaccounts.subscriptions.operations.applying import apply_change, keep_terms
from subaccounts.subscriptions.operations.outcome import Outcome
from subaccounts.subscriptions.operations.rehearsing_moves import SET, Reason, candidates, rehearse_one
from subaccounts.subscriptions.rules.conventions import TakesEffect

NOT_MOVED = frozenset({Component.SETUP_FEE, Component.ONE_TIME})


class NothingToMove(DomainError):
    status = 422
    field = "subscription_ids"
    message = _l("None of these subscriptions has another version of this price.")


class PriceNotMovedTo(DomainError):
    status = 422
    message = _l("Subscriptions are moved to a recurring price that is on sale.")


class UsageMovesWithRenewal(DomainError):
    status = 422
    field = "takes_effect"
    message = _l("Usage is priced by whole periods: move it with the next renewal.")


class NothingToUndo(DomainError):
    message = _l("Every subscription of this move has been billed at the new price, or was not moved.")


def refuse_move(price: Price, when: TakesEffect, *, now: datetime) -> None:
    """Raises: PriceNotMovedTo, UsageMovesWithRenewal."""
    if price.is_archived or price.component in NOT_MOVED or price.effective_from > now:
        raise PriceNotMovedTo
    if price.component is Component.USAGE and when is TakesEffect.NOW:
        raise UsageMovesWithRenewal


def start_move(
    price: Price, wanted: Collection[UUID] | None, when: TakesEffect, *, by: Actor, now: datetime
) -> PriceMove:
    """Write down who is to be moved: those wanted, or (None) everybody; ``move_set`` does it.

    Raises:
        PriceNotMovedTo, UsageMovesWithRenewal, NothingToMove
    """
    refuse_move(price, when, now=now)
    found = [each for each in candidates(price) if wanted is None or each in wanted]
    if not found:
        raise NothingToMove
    move = PriceMove(
        id=ids.new_id(),
        price_id=price.id,
        line_id=price.line_id,
        takes_effect=when,
        requested_at=now,
        requested_by=by.name,
    )
    session.add(move)
    session.flush()
    session.execute(insert(MovedSubscription), _waiting(move, found))
    after = {"subscriptions": len(found), "takes_effect": when}
    record("subscriptions.moved", price, by=by, now=now, after=after)
    return move


def _waiting(move: PriceMove, subscription_ids: Collection[UUID]) -> list[dict[str, Any]]:
    query = select(Subscription.id, Subscription.sub_account_id).where(Subscription.id.in_(subscription_ids))
    return [
        {
            "agency_id": scope.agency_id(),
            "move_id": move.id,
            "subscription_id": subscription_id,
            "sub_account_id": sub_account_id,
            "state": Moved.WAITING,
            "reason": "",
        }
        for subscription_id, sub_account_id in session.execute(query)
    ]


def move_set(move: PriceMove, *, now: datetime) -> int:
    """Move the next ones that wait; answers how many there were."""
    price = catalogue.one(Price, move.price_id)
    members = _members(move, Moved.WAITING, limit=SET)
    held = {each.subscription.id: each for each in _locked([member.subscription_id for member in members])}
    outcome = Outcome()
    for member in members:
        _move(member, held[member.subscription_id], price, move, outcome=outcome, now=now)
    outcome.write(now=now)
    return len(members)


def undo_move(move: PriceMove, *, by: Actor, now: datetime) -> int:
    """Take back what waits or is planned; what was billed at the new price stays. Answers how many were taken back.

    Raises:
        NothingToUndo
    """
    session.refresh(move, with_for_update=True)
    members = _members(move, Moved.WAITING, Moved.PLANNED)
    held = {each.subscription.id: each for each in _locked([member.subscription_id for member in members])}
    outcome = Outcome()
    undone = [each for each in members if _take_back(each, held[each.subscription_id], outcome=outcome, by=by, now=now)]
    if not undone:
        raise NothingToUndo
    move.undone_at, move.undone_by = now, by.name
    price = catalogue.one(Price, move.price_id)
    record("subscriptions.move_undone", price, by=by, now=now, after={"subscriptions": len(undone)})
    outcome.write(now=now)
    return len(undone)


def _members(move: PriceMove, *states: Moved, limit: int | None = None) -> Sequence[MovedSubscription]:
    query = select(MovedSubscription).where(MovedSubscription.move_id == move.id, MovedSubscription.state.in_(states))
    return session.scalars(query.order_by(MovedSubscription.subscription_id).limit(limit).with_for_update()).all()


def _locked(subscription_ids: Sequence[UUID]) -> list[Holding]:
    rows = session.scalars(
        select(Subscription)
        .where(Subscription.id.in_(subscription_ids))
        .order_by(Subscription.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    return holdings(rows)


def _move(
    member: MovedSubscription, held: Holding, price: Price, move: PriceMove, *, outcome: Outcome, now: datetime
) -> None:
    row, change_id = held.subscription, ids.new_id()
    present = next((item.price for item in held.terms.items if item.price.line_id == price.line_id), None)
    if row.is_over or present is None or present.id == price.id:
        member.state, member.reason = Moved.LEFT, Reason.GONE
        return
    trial = rehearse_one(held, price, move.takes_effect, occasion=str(change_id), now=now)
    member.before_micros, member.after_micros = trial.before.micros, trial.after.micros
    if trial.reason is not None:
        member.state, member.reason = Moved.LEFT, trial.reason
        return
    is_now = move.takes_effect is TakesEffect.NOW
    change = SubscriptionChange(
        id=change_id,
        sub_account_id=row.sub_account_id,
        subscription_id=row.id,
        state=ChangeState.PLANNED,
        at=now if is_now else row.current_end,
        terms=keep_terms(trial.terms),
        requested_at=now,
        requested_by=move.requested_by,
    )
    session.add(change)
    session.flush()
    member.change_id, member.state = change.id, Moved.MOVED if is_now else Moved.PLANNED
    if is_now:
        apply_change(held, change, outcome=outcome, now=now)
    else:
        held.planned.append(change)
        note = f"{trial.terms.product.name} · v{price.version}"
        outcome.tell(row, Happened.CHANGE_PLANNED, at=now, by=move.requested_by, note=note)
    set_cursor(held)


def _take_back(member: MovedSubscription, held: Holding, *, outcome: Outcome, by: Actor, now: datetime) -> bool:
    if member.state is Moved.PLANNED:
        planned = next((change for change in held.planned if change.id == member.change_id), None)
        if planned is None:
            member.state = Moved.MOVED  # Its renewal has come.
            return False
        planned.state, planned.ended_at = ChangeState.WITHDRAWN, now
        held.planned = [other for other in held.planned if other.id != planned.id]
        set_cursor(held)
        outcome.tell(held.subscription, Happened.CHANGE_WITHDRAWN, at=now, by=by.name)
    member.state = Moved.UNDONE
    return True
