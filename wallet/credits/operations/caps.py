"""Caps on what a product takes from a wallet."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from agency.foundation import events, ids
from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError, NotFound
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.tenants.models import SubAccount
from wallet.credits.capping import capping
from wallet.credits.entries import Line
from wallet.credits.events import CapCrossed
from wallet.credits.models.limits import CapKind, CapPeriod, Overdraft, SpendingCap
from wallet.credits.standing import WalletKey


class CapReached(DomainError):
    status = 402
    field = "amount"
    message = _l("The spending cap of %(limit)s for this product leaves %(left)s.")


def set_cap(
    sub_account: SubAccount,
    product_id: UUID,
    period: CapPeriod,
    kind: CapKind,
    limit: Money,
    *,
    by: Actor,
    now: datetime,
) -> SpendingCap:
    """Set or change a cap of one product; ``limit`` is more than zero, in the wallet's currency."""
    values = {
        "sub_account_id": sub_account.id,
        "product_id": product_id,
        "period": period,
        "kind": kind,
        "currency": limit.currency,
        "amount": limit.micros,
        "created_at": now,
    }
    statement = insert(SpendingCap).values(id=ids.new_id(), agency_id=scope.agency_id(), **values)
    cap = session.scalars(
        statement.on_conflict_do_update(
            index_elements=["agency_id", "sub_account_id", "product_id", "period", "kind", "currency"],
            set_={"amount": limit.micros},
        ).returning(SpendingCap)
    ).one()
    record("wallet.cap_set", cap, by=by, now=now, after=_words(cap), sub_account_id=sub_account.id)
    return cap


def remove_cap(cap_id: UUID, *, by: Actor, now: datetime) -> None:
    """Take a cap off.

    Raises:
        NotFound: no such cap here.
    """
    cap = session.get(SpendingCap, (scope.agency_id(), cap_id))
    if cap is None:
        raise NotFound
    record("wallet.cap_removed", cap, by=by, now=now, before=_words(cap), sub_account_id=cap.sub_account_id)
    session.execute(delete(SpendingCap).where(SpendingCap.id == cap_id))


def set_overdraft(sub_account: SubAccount, limit: Money, *, by: Actor, now: datetime) -> None:
    """How far new work may take the wallet into what is owed; zero ends the overdraft."""
    values = {"sub_account_id": sub_account.id, "currency": limit.currency, "amount": limit.micros}
    session.execute(
        insert(Overdraft)
        .values(agency_id=scope.agency_id(), **values)
        .on_conflict_do_update(
            index_elements=["agency_id", "sub_account_id", "currency"], set_={"amount": limit.micros}
        )
    )
    record(
        "wallet.overdraft_set", sub_account, by=by, now=now, after={"limit": str(limit)}, sub_account_id=sub_account.id
    )


def refuse_above_caps(key: WalletKey, product_id: UUID, amount: Money, *, now: datetime) -> None:
    """What open holds of the product may still take counts as spent.

    Raises:
        CapReached: a hard cap leaves less than the amount.
    """
    for cap, spent, held in capping([key.sub_account_id], {product_id}, now=now):
        left = Money(cap.amount - int(spent + held), key.currency)
        if cap.kind is CapKind.HARD and cap.currency == key.currency and amount > left:
            raise CapReached(limit=cap.limit, left=max(left, Money.zero(key.currency)))


def tell_crossed_caps(lines: Sequence[Line], *, now: datetime) -> None:
    """Publish each cap that these lines of history took its product to, or past."""
    spent: dict[tuple[UUID, UUID, str], int] = {}
    for line in lines:
        if line.entry.product_id is not None:
            name = (line.sub_account_id, line.entry.product_id, line.currency)
            spent[name] = spent.get(name, 0) - line.amount.micros
    if not spent:
        return
    for cap, total, _held in capping({name[0] for name in spent}, {name[1] for name in spent}, now=now):
        taken = spent.get((cap.sub_account_id, cap.product_id, cap.currency), 0)
        if total >= cap.amount > total - taken:
            events.publish(CapCrossed(cap=cap, spent=Money(int(total), cap.currency), at=now))


def _words(cap: SpendingCap) -> dict[str, str]:
    return {"product": str(cap.product_id), "period": cap.period, "kind": cap.kind, "limit": str(cap.limit)}
