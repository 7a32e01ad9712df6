"""Changes into money: one debit of a wallet for each, with its tax and its wholesale cost in one journal."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from agency.foundation.database.inserting import insert_rows
from agency.foundation.database.session import session
from agency.foundation.money import Money
from agency.plans.rules.components import ProductKind
from subaccounts.usage.models.rating import UsageCharge, UsageCost
from subaccounts.usage.operations.changes import Change
from subaccounts.usage.operations.days import add_to_days
from wallet.credits.operations.debits import Debit, debit
from wallet.credits.operations.give_back import give_back
from wallet.credits.standing import WalletKey, locked
from wallet.ledger.chart import AccountKey, AccountKind
from wallet.ledger.codes import Code
from wallet.ledger.operations import post
from wallet.ledger.postings import Posting

SOURCE = "usage_charge"
REVENUE = {
    ProductKind.SAAS_PLAN: AccountKind.REVENUE_USAGE,
    ProductKind.RESOLD_SERVICE: AccountKind.REVENUE_RESALE,
    ProductKind.MARKETPLACE_APP: AccountKind.REVENUE_MARKETPLACE,
}


def book(changes: Sequence[Change], *, rating_id: UUID, now: datetime) -> None:
    """Write the charges, take what is prepaid from the wallets or give it back, and note what it cost."""
    add_to_days(changes, now=now)
    prepaid = [change for change in changes if change.total.is_prepaid]
    spent = [change for change in prepaid if change.gross.micros > 0]
    returned = [change for change in prepaid if change.gross.micros < 0]
    if returned:  # Every wallet at once, so that two ratings never wait for each other in a ring.
        locked({_wallet(change) for change in [*spent, *returned]})
    debits = {change.id: _debit(change) for change in spent}
    if debits:
        debit(list(debits.values()), now=now)
    _store(changes, {change_id: wish.id for change_id, wish in debits.items()}, rating_id=rating_id, now=now)
    for change in returned:
        _return(change, now=now)
    post([posting for change in changes if change.id not in debits for posting in _cost(change, change.id)], now=now)


def _wallet(change: Change) -> WalletKey:
    return WalletKey(change.total.sub_account_id, change.total.currency)


def _account(change: Change, kind: AccountKind) -> AccountKey:
    return AccountKey(kind, change.total.sub_account_id, change.total.currency)


def _earning(change: Change) -> AccountKey:
    return _account(change, REVENUE[change.price.product.kind])


def _debit(change: Change) -> Debit:
    parts = (_earning(change), change.amount), (_account(change, AccountKind.TAX_PAYABLE), change.tax)
    wish = Debit(
        sub_account_id=change.total.sub_account_id,
        amount=change.gross,
        source_type=SOURCE,
        source_id=change.id,
        description=change.price.product.name,
        meter=change.span.meter.code,
        product_id=change.price.product_id,
        credits=tuple((account, part) for account, part in parts if part),
        alongside=(),
    )
    cost = _cost(change, wish.id)
    return wish if not cost else _with(wish, cost)


def _with(wish: Debit, cost: Sequence[Posting]) -> Debit:
    return Debit(**{name: getattr(wish, name) for name in Debit.__slots__} | {"alongside": tuple(cost)})


def _cost(change: Change, journal_id: UUID) -> list[Posting]:
    """In the journal of the debit; usage that is free, given back or paid later has a journal of its own."""
    if not change.cost:
        return []
    spent, owed = _account(change, AccountKind.WHOLESALE_COST), _account(change, AccountKind.WHOLESALE_PAYABLE)
    is_more = change.cost.micros > 0
    return [
        Posting(
            debit=spent if is_more else owed,
            credit=owed if is_more else spent,
            amount=abs(change.cost),
            code=Code.WHOLESALE,
            source_type=SOURCE,
            source_id=change.id,
            journal_id=journal_id,
        )
    ]


def _store(changes: Iterable[Change], paid_by: dict[UUID, UUID], *, rating_id: UUID, now: datetime) -> None:
    rows = [_row(change, rating_id=rating_id, paid_by=paid_by.get(change.id), now=now) for change in changes]
    insert_rows(UsageCharge, rows)
    insert_rows(UsageCost, [_cost_row(change, now=now) for change in changes if change.cost])


def _row(change: Change, *, rating_id: UUID, paid_by: UUID | None, now: datetime) -> dict[str, Any]:
    return {
        "id": change.id,
        "sub_account_id": change.total.sub_account_id,
        "rating_id": rating_id,
        "total_id": change.total.id,
        "meter_id": change.total.meter_id,
        "price_id": change.price.id,
        "product_id": change.price.product_id,
        "quantity_before": change.before,
        "quantity_after": change.after,
        "events": change.events,
        "amount_micros": change.amount.micros,
        "tax_micros": change.tax.micros,
        "currency": change.total.currency,
        "transaction_id": paid_by,
        "is_late": change.span.is_late,
        "occurred_from": change.span.start,
        "occurred_until": change.span.end,
        "booked_at": now,
    }


def _cost_row(change: Change, *, now: datetime) -> dict[str, Any]:
    return {
        "charge_id": change.id,
        "sub_account_id": change.total.sub_account_id,
        "total_id": change.total.id,
        "meter_id": change.total.meter_id,
        "cost_micros": change.cost.micros,
        "currency": change.total.currency,
        "booked_at": now,
    }


def _return(change: Change, *, now: datetime) -> None:
    """Give back what earlier charges of the total had taken, the newest first."""
    net, tax = -change.amount, -change.tax
    for charge in _paid(change):
        left = charge.amount + charge.tax - Money(charge.returned_micros, charge.currency)
        part = min(left, net + tax)
        if part.micros <= 0:
            continue
        of_tax = min(tax, part)
        sources = (_earning(change), part - of_tax), (_account(change, AccountKind.TAX_PAYABLE), of_tax)
        give_back(
            charge.transaction_id,  # type: ignore[arg-type]  # Only those that a wallet paid are read.
            part,
            credits_from=[(account, amount) for account, amount in sources if amount],
            description=change.price.product.name,
            now=now,
        )
        session.execute(
            update(UsageCharge)
            .where(UsageCharge.id == charge.id)
            .values(returned_micros=UsageCharge.returned_micros + part.micros)
            .execution_options(synchronize_session=False)
        )
        net, tax = net - (part - of_tax), tax - of_tax
        if not net + tax:
            return


def _paid(change: Change) -> Sequence[UsageCharge]:
    return session.scalars(
        select(UsageCharge)
        .where(UsageCharge.total_id == change.total.id, UsageCharge.transaction_id.is_not(None))
        .order_by(UsageCharge.id.desc())
        .execution_options(populate_existing=True)
    ).all()
