from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.money import Money
from agency.foundation.paging import Page, paged
from agency.foundation.tenancy import scope
from agency.plans.models.prices import Price
from agency.plans.models.products import Product
from agency.plans.queries import prices_in_force
from agency.plans.rules.components import Component
from agency.tenants.models import SubAccount
from subaccounts.subscriptions.bills import Bill, BillLine
from subaccounts.subscriptions.holdings import Holding, holdings
from subaccounts.subscriptions.models.course import BilledLine, HistoryEntry, SubscriptionChange
from subaccounts.subscriptions.models.subscriptions import State, Subscription
from subaccounts.subscriptions.operations.advancing import coming
from subaccounts.subscriptions.operations.applying import read_terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A subscription with its terms, and its next renewal: when, and for how much. None: there will be none."""

    holding: Holding
    renews_at: datetime | None
    renewal: Bill | None

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # Whatever the row has.
        return getattr(self.holding.subscription, name)

    @property
    def amount(self) -> Money | None:
        return self.renewal.total if self.renewal else None


def subscription(subscription_id: UUID, *, sub_account_id: UUID | None = None) -> Subscription:
    """One of the scope's, or of the named sub-account.

    Raises:
        NotFound: none such.
    """
    found = session.get(Subscription, (scope.agency_id(), subscription_id))
    if found is None or found.sub_account_id != (sub_account_id or found.sub_account_id):
        raise NotFound
    return found


def subscriptions(
    *,
    sub_account_id: UUID | None = None,
    product_id: UUID | None = None,
    state: State | None = None,
    running: bool | None = None,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[Subscription]:
    """Newest first; ``running``: those that have not ended, or (False) those that have."""
    query = select(Subscription)
    if sub_account_id is not None:
        query = query.where(Subscription.sub_account_id == sub_account_id)
    if product_id is not None:
        query = query.where(Subscription.product_id == product_id)
    if state is not None:
        query = query.where(Subscription.state == state)
    if running is not None:
        query = query.where(Subscription.ended_at.is_(None) if running else Subscription.ended_at.is_not(None))
    return paged(query, Subscription.id, cursor=cursor, limit=limit)


def shown(rows: Sequence[Subscription]) -> list[Shown]:
    """With what each pays next, in their order."""
    return [_shown(held) for held in holdings(rows)]


def shown_page(page: Page[Subscription]) -> Page[Shown]:
    return Page(shown(page.rows), page.next_cursor, page.previous_cursor)


def _shown(held: Holding) -> Shown:
    row = held.subscription
    renews_at = row.current_end
    if not row.runs or (row.ends_at is not None and row.ends_at <= renews_at):
        return Shown(holding=held, renews_at=None, renewal=None)
    if not held.planned:
        return Shown(holding=held, renews_at=renews_at, renewal=coming(held, renews_at)[1])
    # Changes that are planned until then decide what it will cost; one to another interval begins its own period.
    terms = read_terms(held.planned[-1].terms)
    if terms.cadence != held.terms.cadence:
        return Shown(holding=held, renews_at=renews_at, renewal=None)
    later = Holding(subscription=row, terms=terms, account=held.account, coupons=held.coupons, tax_book=held.tax_book)
    return Shown(holding=held, renews_at=renews_at, renewal=coming(later, renews_at)[1])


def next_renewal(sub_account_id: UUID) -> Shown | None:
    """The running subscription whose period ends first, of those that go on after it."""
    row = session.scalar(
        select(Subscription)
        .where(
            Subscription.sub_account_id == sub_account_id,
            Subscription.next_billing_at.is_not(None),
            Subscription.ends_at.is_(None),
        )
        .order_by(Subscription.current_end)
        .limit(1)
    )
    return shown([row])[0] if row is not None else None


def history(subscription_id: UUID, *, cursor: str | None = None, limit: int = 25) -> Page[HistoryEntry]:
    """What happened to a subscription, newest first."""
    query = select(HistoryEntry).where(HistoryEntry.subscription_id == subscription_id)
    return paged(query, HistoryEntry.id, cursor=cursor, limit=limit)


def history_of(sub_account_id: UUID, *, cursor: str | None = None, limit: int = 25) -> Page[HistoryEntry]:
    """What happened to all subscriptions of a sub-account, newest first."""
    query = select(HistoryEntry).where(HistoryEntry.sub_account_id == sub_account_id)
    return paged(query, HistoryEntry.id, cursor=cursor, limit=limit)


def lines(subscription_id: UUID, *, cursor: str | None = None, limit: int = 25) -> Page[BilledLine]:
    """What was billed for a subscription, newest first."""
    query = select(BilledLine).where(BilledLine.subscription_id == subscription_id)
    return paged(query, BilledLine.id, cursor=cursor, limit=limit)


def change(change_id: UUID, *, subscription_id: UUID) -> SubscriptionChange:
    """Raises NotFound: none such."""
    found = session.get(SubscriptionChange, (scope.agency_id(), change_id))
    if found is None or found.subscription_id != subscription_id:
        raise NotFound
    return found


def products(product_ids: set[UUID]) -> dict[UUID, Product]:
    return {row.id: row for row in session.scalars(select(Product).where(Product.id.in_(product_ids)))}


def coupon_codes(held: Holding) -> list[str]:
    """Of the coupons that still take something off."""
    return [coupon.code for row, coupon in held.coupons if not row.has_ended]


def renewals_until(moment: datetime) -> int:
    """How many subscriptions renew, or leave their trial, by then."""
    counted = select(func.count()).where(Subscription.next_billing_at.is_not(None), Subscription.current_end <= moment)
    return session.scalar(counted) or 0


def base_prices(client: SubAccount, *, now: datetime) -> Sequence[Price]:
    """What a client could subscribe to: the base prices in its currency, as they are sold to it."""
    sold = session.scalars(select(Product.id).where(Product.archived_at.is_(None))).all()
    listed = prices_in_force(sold, at=now, sub_account_id=client.id, currency=client.currency)
    return [price for price in listed if price.component is Component.BASE]


def line_names(billed: Sequence[BilledLine] | Sequence[BillLine]) -> dict[UUID, Price]:
    """The prices of lines, by their ids."""
    ids = {line.price_id for line in billed}
    return {row.id: row for row in session.scalars(select(Price).where(Price.id.in_(ids)))}
