"""What each client brought and cost in a range of days: sums of the ledger's own rows, so that they reconcile."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from agency.foundation.database.session import session
from agency.foundation.money import Money
from agency.tenants.models import SubAccount
from wallet.ledger.chart import AccountKind
from wallet.ledger.models import Account, Phase, Transfer

REVENUE = {
    "plans": AccountKind.REVENUE_PLANS,
    "resale": AccountKind.REVENUE_RESALE,
    "marketplace": AccountKind.REVENUE_MARKETPLACE,
    "usage": AccountKind.REVENUE_USAGE,
}
COSTS = {"wholesale": AccountKind.WHOLESALE_COST, "complimentary": AccountKind.COMPLIMENTARY_EXPENSE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """Of one client in one currency, or of all; costs are more than zero where something was spent."""

    sub_account_id: UUID | None
    name: str
    revenue: dict[str, Money]
    costs: dict[str, Money]

    @property
    def currency(self) -> str:
        return self.revenue["plans"].currency

    @property
    def brought(self) -> Money:
        return Money.sum(self.revenue.values(), self.currency)

    @property
    def cost(self) -> Money:
        return Money.sum(self.costs.values(), self.currency)

    @property
    def margin(self) -> Money:
        return self.brought - self.cost

    @property
    def rate(self) -> Decimal | None:
        """The margin as a part of what was brought, to a thousandth; None where nothing was."""
        if not self.brought:
            return None
        return (Decimal(self.margin.micros) / Decimal(self.brought.micros)).quantize(Decimal("0.001"))


def margins(*, since: datetime | None = None, until: datetime | None = None) -> list[Margin]:
    """Clients with any revenue or cost from ``since`` (inclusive) to ``until`` (exclusive), the best first."""
    sums = _sums(since, until).subquery()
    rows = session.execute(
        select(SubAccount.id, SubAccount.name, sums.c.currency, sums.c.kind, sums.c.total)
        .join(sums, (sums.c.agency_id == SubAccount.agency_id) & (sums.c.sub_account_id == SubAccount.id))
        .order_by(SubAccount.id)
    )
    found: dict[tuple[UUID, str, str], dict[AccountKind, int]] = {}
    for client, name, currency, kind, total in rows:
        found.setdefault((client, name, currency), {})[kind] = int(total)
    read = [_margin(client, name, currency, kinds) for (client, name, currency), kinds in found.items()]
    return sorted(read, key=lambda each: (each.currency, -each.margin.micros, each.name))


def totals(rows: Iterable[Margin]) -> list[Margin]:
    """One for each currency."""
    by_currency: dict[str, list[Margin]] = {}
    for row in rows:
        by_currency.setdefault(row.currency, []).append(row)
    return [_total(currency, each) for currency, each in sorted(by_currency.items())]


def _total(currency: str, rows: list[Margin]) -> Margin:
    return Margin(
        sub_account_id=None,
        name=currency,
        revenue={name: Money.sum((row.revenue[name] for row in rows), currency) for name in REVENUE},
        costs={name: Money.sum((row.costs[name] for row in rows), currency) for name in COSTS},
    )


def _margin(client: UUID, name: str, currency: str, kinds: dict[AccountKind, int]) -> Margin:
    return Margin(
        sub_account_id=client,
        name=name,
        revenue={each: Money(kinds.get(kind, 0), currency) for each, kind in REVENUE.items()},
        costs={each: Money(-kinds.get(kind, 0), currency) for each, kind in COSTS.items()},
    )


def _sums(since: datetime | None, until: datetime | None) -> Select[*tuple[Any, ...]]:
    """Credits less debits of each account of revenue or cost, by client, kind and currency."""
    sides = union_all(
        _side(Transfer.credit_account_id, 1, since, until), _side(Transfer.debit_account_id, -1, since, until)
    ).subquery()
    keys = (sides.c.agency_id, sides.c.sub_account_id, sides.c.kind, sides.c.currency)
    return select(*keys, func.sum(sides.c.amount).label("total")).group_by(*keys)


def _side(
    account_id: InstrumentedAttribute[UUID], sign: int, since: datetime | None, until: datetime | None
) -> Select[*tuple[Any, ...]]:
    amount = (Transfer.amount * sign).label("amount")
    query: Select[*tuple[Any, ...]] = (
        select(Account.agency_id, Account.sub_account_id, Account.kind, Account.currency, amount)
        .join(Transfer, (Transfer.agency_id == Account.agency_id) & (account_id == Account.id))
        .where(Account.kind.in_([*REVENUE.values(), *COSTS.values()]), Transfer.phase == Phase.POSTED)
    )
    if since is not None:
        query = query.where(Transfer.effective_at >= since)
    if until is not None:
        query = query.where(Transfer.effective_at < until)
    return query
