from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.session import session
from agency.foundation.money import Money
from agency.tenants.models import SubAccount
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.queries import owed_by
from subaccounts.subscriptions.models.subscriptions import Subscription
from subaccounts.subscriptions.operations.canceling import preview_cancellation
from subaccounts.subscriptions.queries import products
from subaccounts.subscriptions.rules.conventions import TakesEffect
from wallet.charges.models import ChargeAttempt
from wallet.credits.queries import balance, owed, unspent_lots, wallet_of
from wallet.credits.rules.closing import Emptying, emptying
from wallet.payment_methods.models import PaymentMethod


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What goes back to one card, by all the charges it paid; ``card`` None: no card paid, return it by hand."""

    card: str | None
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A subscription that ends, and what of it was paid ahead and becomes credit of the account."""

    subscription: Subscription
    product: str
    credit: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingPlan:
    """What closing would do now: the figures are those that it does."""

    wallet: Emptying
    held: Money
    returns: Sequence[Returned]
    endings: Sequence[Ending]
    open_invoices: Sequence[Money]


def closing_plan(client: SubAccount, *, now: datetime) -> ClosingPlan:
    """Stores nothing."""
    plan = wallet_emptying(client)
    return ClosingPlan(
        wallet=plan,
        held=balance(client, now=now).held,
        returns=_returns(client, plan),
        endings=_endings(client, now=now),
        open_invoices=list(owed_by(seller=Seller.AGENCY, sub_account_id=client.id).values()),
    )


def wallet_emptying(client: SubAccount) -> Emptying:
    """Where everything in the wallet would go; open holds are freed before it."""
    key = wallet_of(client)
    lots = [replace(lot.as_rule(), left=Money(lot.remaining, lot.currency)) for lot in unspent_lots(key)]
    return emptying(lots, owed=owed(key))


def _returns(client: SubAccount, plan: Emptying) -> list[Returned]:
    charges = {lot.id: lot.charge_id for lot in unspent_lots(wallet_of(client))}
    cards = _cards({charge_id for charge_id in charges.values() if charge_id is not None})
    amounts: dict[str | None, Money] = {}
    for take in plan.returns:
        card = cards.get(charges[take.lot_id])  # type: ignore[index]  # The rules take any hashable id; ours are UUIDs.
        amounts[card] = amounts.get(card, Money.zero(client.currency)) + take.amount
    return [Returned(card=card, amount=amount) for card, amount in amounts.items()]


def _cards(charge_ids: set[UUID]) -> dict[UUID | None, str]:
    """The name of the card that paid each charge: that of its last try."""
    rows = session.execute(
        select(ChargeAttempt.charge_id, PaymentMethod)
        .join(PaymentMethod, PaymentMethod.id == ChargeAttempt.payment_method_id)
        .where(ChargeAttempt.charge_id.in_(charge_ids))
        .order_by(ChargeAttempt.number)
    )
    return {charge_id: card.name for charge_id, card in rows}


def _endings(client: SubAccount, *, now: datetime) -> list[Ending]:
    running = select(Subscription).where(Subscription.sub_account_id == client.id, Subscription.ended_at.is_(None))
    rows = session.scalars(running.order_by(Subscription.id)).all()
    names = products({row.product_id for row in rows})
    return [
        Ending(
            subscription=row,
            product=names[row.product_id].name,
            credit=-preview_cancellation(row, TakesEffect.NOW, now=now).bill.total,
        )
        for row in rows
    ]
