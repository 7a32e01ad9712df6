"""The shares of a bill are taken back in proportion when its money is, and given again once it is paid after all."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from agency.foundation import ids
from agency.foundation.database.bulk import any_of
from agency.foundation.database.session import session
from agency.foundation.money import Money
from marketplace.installs.models.charges import AppCharge, AppChargeKind
from marketplace.installs.models.installs import Install
from marketplace.installs.operations.sharing import write
from marketplace.installs.rules.shares import Shares, taken_back, tax_part


class Reversal(NamedTuple):
    """Why, under a name by which it happens once."""

    kind: AppChargeKind
    name: str


def reverse(bill_id: UUID, part: Fraction, why: Reversal, *, now: datetime, of: Install | None = None) -> None:
    """Take back a part of what a bill was shared into, of one install or all; at most what is left of it."""
    rows = []
    for row, changes in _earned(bill_id, of):
        before = -_sum(changes, row)
        amount = min(Money(int(row.amount_micros * part), row.currency), row.amount - before)
        event_id = f"{why.name}:{row.id}"
        if amount.micros > 0 and event_id not in {change.event_id for change in changes}:
            rows.append(_between(row, before, before + amount, why.kind, event_id, now=now))
    write(rows, now=now)


def restore(bill_id: UUID, *, now: datetime) -> None:
    """Share again all that was taken back: the bill is paid after all."""
    rows = []
    for row, changes in _earned(bill_id, None):
        before = -_sum(changes, row)
        if before:
            event_id = f"recovered:{len(changes)}:{row.id}"
            none = Money.zero(row.currency)
            rows.append(_between(row, before, none, AppChargeKind.RECOVERED, event_id, now=now))
    write(rows, now=now)


def _earned(bill_id: UUID, of: Install | None) -> list[tuple[AppCharge, list[AppCharge]]]:
    """What the bill was shared into, each with what changed it since."""
    earned = select(AppCharge).where(
        AppCharge.source_id == bill_id, AppCharge.kind == AppChargeKind.RECURRING, AppCharge.amount_micros > 0
    )
    rows = session.scalars(earned if of is None else earned.where(AppCharge.install_id == of.id)).all()
    changes: dict[UUID | None, list[AppCharge]] = {}
    for change in session.scalars(select(AppCharge).where(AppCharge.refers_to_id == any_of(row.id for row in rows))):
        changes.setdefault(change.refers_to_id, []).append(change)
    return [(row, changes.get(row.id, [])) for row in rows]


def _sum(changes: Sequence[AppCharge], row: AppCharge) -> Money:
    return Money.sum([change.amount for change in changes], row.currency)


def _between(
    row: AppCharge, before: Money, after: Money, kind: AppChargeKind, event_id: str, *, now: datetime
) -> AppCharge:
    """From ``before`` taken back to ``after``: of the same install and price, in a journal of its own."""
    shares: Shares = -taken_back(row.shares, before, after - before)
    return AppCharge(
        id=ids.new_id(),
        sub_account_id=row.sub_account_id,
        install_id=row.install_id,
        app_id=row.app_id,
        publisher_id=row.publisher_id,
        kind=kind,
        event_id=event_id,
        app_price_id=row.app_price_id,
        currency=row.currency,
        amount_micros=(before - after).micros,
        developer_micros=shares.developer.micros,
        agency_micros=shares.agency.micros,
        platform_micros=shares.platform.micros,
        tax_micros=(tax_part(row.tax, row.amount, before) - tax_part(row.tax, row.amount, after)).micros,
        is_prepaid=False,
        description=row.description,
        source_id=ids.new_id(),
        refers_to_id=row.id,
        charged_at=now,
    )
