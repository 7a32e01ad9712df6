"""Resold services as they are sold now: what they cost the agency, their markup or own price, what a client pays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.bulk import execute, uuids
from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.money import Money
from agency.foundation.paging import Page, paged
from agency.foundation.tenancy import scope
from agency.plans import queries as plans
from agency.plans.models.prices import Price, PriceCost
from agency.plans.models.products import Product
from agency.plans.rules.components import ProductKind
from agency.plans.rules.evaluate import evaluate
from agency.plans.rules.terms import PriceTerms
from agency.tenants.queries import names
from marketplace.resale.models import MarkupChange, MarkupChangeLine

# A line as it is sold, and the terms that it would be sold by.
Change = tuple[Price, PriceTerms]
LOOKED_BACK = timedelta(days=62)  # The present month, and the whole one before it.


@dataclass(frozen=True, slots=True, kw_only=True)
class ResaleOffer:
    """A line of a resold service; ``cost`` None where nobody has said it, ``overrides`` are clients' own prices."""

    product: Product
    price: Price
    cost: PriceCost | None
    overrides: int

    @property
    def markup(self) -> Decimal | None:
        return self.cost.markup if self.cost else None


def resale_offers(*, at: datetime, product_ids: Sequence[UUID] | None = None) -> list[ResaleOffer]:
    """Everything that is resold, by service, oldest line first."""
    query = select(Product).where(Product.kind == ProductKind.RESOLD_SERVICE, Product.archived_at.is_(None))
    if product_ids is not None:
        query = query.where(Product.id.in_(product_ids))
    products = {row.id: row for row in session.scalars(query)}
    prices = plans.prices_in_force(products, at=at)
    costs = _costs([price.id for price in prices])
    own = _overrides([price.line_id for price in prices])
    return [
        ResaleOffer(
            product=products[price.product_id],
            price=price,
            cost=costs.get(price.id),
            overrides=len(own.get(price.line_id, ())),
        )
        for price in prices
    ]


def _costs(price_ids: Sequence[UUID]) -> dict[UUID, PriceCost]:
    return {row.price_id: row for row in session.scalars(select(PriceCost).where(PriceCost.price_id.in_(price_ids)))}


def _overrides(line_ids: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    """The clients with a price of their own, by line."""
    rows = session.execute(
        select(Price.line_id, Price.sub_account_id)
        .where(Price.line_id.in_(line_ids), Price.sub_account_id.is_not(None), Price.archived_at.is_(None))
        .distinct()
    )
    found: dict[UUID, set[UUID]] = {}
    for line_id, client in rows:
        if client is not None:
            found.setdefault(line_id, set()).add(client)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What one client's newest period of a line costs, and would cost."""

    sub_account_id: UUID
    name: str
    quantity: Decimal
    before: Money
    after: Money
    keeps_own: bool

    @property
    def change(self) -> Money:
        return self.after - self.before


USED = """
SELECT DISTINCT ON (p.line_id, t.sub_account_id) p.line_id, t.sub_account_id, t.quantity
FROM usage_totals t JOIN prices p ON p.agency_id = t.agency_id AND p.id = t.price_id
WHERE t.agency_id = %(agency_id)s AND p.line_id = ANY (%(line_ids)s::uuid[]) AND t.period_start >= %(since)s
ORDER BY p.line_id, t.sub_account_id, t.period_start DESC
"""


def differences(changes: Mapping[UUID, Change], *, now: datetime) -> dict[UUID, list[Difference]]:
    """By line, for each client that uses it, by name; one with a price of its own keeps it."""
    asked = {"agency_id": scope.agency_id(), "line_ids": uuids(changes), "since": now - LOOKED_BACK}
    used = execute(USED, asked).fetchall()
    own = plans.own_prices_in_force(changes, at=now)
    known = names({client for _line_id, client, _quantity in used})
    found: dict[UUID, list[Difference]] = {line_id: [] for line_id in changes}
    for line_id, client, quantity in used:
        price, after = changes[line_id]
        kept = own.get((line_id, client))
        difference = Difference(
            sub_account_id=client,
            name=known[client],
            quantity=quantity,
            before=evaluate((kept or price).terms, quantity).amount,
            after=evaluate(kept.terms if kept else after, quantity).amount,
            keeps_own=kept is not None,
        )
        found[line_id].append(difference)
    return {line_id: sorted(each, key=lambda row: row.name.lower()) for line_id, each in found.items()}


def markup_change(change_id: UUID) -> MarkupChange:
    """Raises NotFound: none such."""
    found = session.get(MarkupChange, (scope.agency_id(), change_id))
    if found is None:
        raise NotFound
    return found


def markup_changes(*, cursor: str | None = None, limit: int = 25) -> Page[MarkupChange]:
    """Newest first."""
    return paged(select(MarkupChange), MarkupChange.id, cursor=cursor, limit=limit)


def lines_of(change_id: UUID) -> Sequence[MarkupChangeLine]:
    return session.scalars(select(MarkupChangeLine).where(MarkupChangeLine.change_id == change_id)).all()
