from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.elements import ColumnElement

from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.paging import Page, paged
from agency.foundation.tenancy import scope
from agency.plans.models.coupons import Coupon
from agency.plans.models.meters import Meter
from agency.plans.models.prices import Price
from agency.plans.models.products import PlanContents, Product
from agency.plans.models.providers import ServiceProvider
from agency.plans.models.taxes import STANDARD, Tax
from agency.plans.rules.components import ProductKind

Row = TypeVar("Row", Meter, Product, Price, Coupon, Tax)
AGENCY_ALONE = (Price.meter, Price.product, Price.cost)


def one(table: type[Row], row_id: UUID) -> Row:
    """A row of the catalogue by its id.

    Raises:
        NotFound: no such, another agency's, or the own price of a sub-account outside the narrowed scope.
    """
    found = session.get(table, (scope.agency_id(), row_id))
    if found is None:
        raise NotFound
    return found


def plan(product_id: UUID) -> Product:
    """A product that is a plan.

    Raises:
        NotFound: no such plan.
    """
    found = one(Product, product_id)
    if found.kind is not ProductKind.SAAS_PLAN:
        raise NotFound
    return found


def product_names(*, archived: bool = False) -> dict[UUID, str]:
    """The names of all that the agency sells, by id, in their order; with ``archived``, of what it sold too."""
    query = select(Product.id, Product.name).order_by(Product.name, Product.id)
    if not archived:
        query = query.where(Product.archived_at.is_(None))
    return {row.id: row.name for row in session.execute(query)}


def meter(code: str) -> Meter | None:
    return session.scalar(select(Meter).where(Meter.code == code))


def meters_in_use() -> Sequence[Meter]:
    """Those that are not archived, the built-in ones first."""
    return session.scalars(select(Meter).where(Meter.archived_at.is_(None)).order_by(Meter.id)).all()


def meters(*, archived: bool | None = None, cursor: str | None = None, limit: int = 25) -> Page[Meter]:
    return _newest(Meter, archived=archived, cursor=cursor, limit=limit)


def coupons(*, archived: bool | None = None, cursor: str | None = None, limit: int = 25) -> Page[Coupon]:
    return _newest(Coupon, archived=archived, cursor=cursor, limit=limit)


def taxes(*, archived: bool | None = None, cursor: str | None = None, limit: int = 25) -> Page[Tax]:
    return _newest(Tax, archived=archived, cursor=cursor, limit=limit)


def products(
    *,
    kind: ProductKind | None = None,
    search: str = "",
    archived: bool | None = None,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[Product]:
    """What the agency sells, newest first; ``search`` looks into name and reference."""
    wanted = [Product.kind == kind] if kind else []
    if search:
        found = Product.name.icontains(search, autoescape=True), Product.reference.icontains(search, autoescape=True)
        wanted.append(or_(*found))
    return _newest(Product, *wanted, archived=archived, cursor=cursor, limit=limit)


def _newest(
    table: type[Row], *wanted: ColumnElement[bool], archived: bool | None, cursor: str | None, limit: int
) -> Page[Row]:
    query = select(table).where(*wanted)
    if archived is not None:
        query = query.where(table.archived_at.is_not(None) if archived else table.archived_at.is_(None))
    return paged(query, table.id, cursor=cursor, limit=limit)


def existing_products(product_ids: Iterable[UUID]) -> set[UUID]:
    return set(session.scalars(select(Product.id).where(Product.id.in_(product_ids))))


def prices(
    *,
    product_id: UUID | None = None,
    sub_account_id: UUID | None = None,
    archived: bool | None = None,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[Price]:
    """Every version of every line, newest first."""
    query = select(Price).options(*map(joinedload, AGENCY_ALONE))
    if product_id is not None:
        query = query.where(Price.product_id == product_id)
    if sub_account_id is not None:
        query = query.where(Price.sub_account_id == sub_account_id)
    if archived is not None:
        query = query.where(Price.archived_at.is_not(None) if archived else Price.archived_at.is_(None))
    return paged(query, Price.id, cursor=cursor, limit=limit)


def versions(line_id: UUID) -> Sequence[Price]:
    """Every version of a line, newest first, with those of single sub-accounts."""
    query = select(Price).where(Price.line_id == line_id).options(*map(joinedload, AGENCY_ALONE))
    return session.scalars(query.order_by(Price.id.desc())).all()


def latest_version(line_id: UUID, sub_account_id: UUID | None) -> Price | None:
    """The newest version of a line, or of a sub-account's own price in its place; it may begin later."""
    query = select(Price).where(Price.line_id == line_id, Price.sub_account_id.is_not_distinct_from(sub_account_id))
    return session.scalar(query.order_by(Price.version.desc()).limit(1))


def price_in_force(line_id: UUID, *, at: datetime, sub_account_id: UUID | None = None) -> Price | None:
    """The version of a line that was sold at a moment: the sub-account's own, else the one for everybody."""
    return session.scalar(_in_force(at, sub_account_id).where(Price.line_id == line_id))


def prices_in_force(
    product_ids: Iterable[UUID], *, at: datetime, sub_account_id: UUID | None = None, currency: str | None = None
) -> Sequence[Price]:
    """The price lists of products as they were sold at a moment, a version a line, oldest line first."""
    query = _in_force(at, sub_account_id).where(Price.product_id.in_(product_ids)).options(joinedload(Price.meter))
    if currency is not None:
        query = query.where(Price.currency == currency)
    return session.scalars(query).all()


def own_prices_in_force(line_ids: Iterable[UUID], *, at: datetime) -> dict[tuple[UUID, UUID], Price]:
    """The versions that single sub-accounts bought lines by at a moment, by line and sub-account."""
    found = session.scalars(
        select(Price)
        .where(Price.line_id.in_(line_ids), Price.sub_account_id.is_not(None), *_held(at))
        .ext(distinct_on(Price.line_id, Price.sub_account_id))
        .order_by(Price.line_id, Price.sub_account_id, Price.version.desc())
    )
    return {(price.line_id, price.sub_account_id): price for price in found if price.sub_account_id is not None}


def _in_force(at: datetime, sub_account_id: UUID | None) -> Select[Price]:
    whose: ColumnElement[bool] = Price.sub_account_id.is_(None)
    if sub_account_id is not None:
        whose = or_(whose, Price.sub_account_id == sub_account_id)
    return (
        select(Price)
        .where(whose, *_held(at))
        .ext(distinct_on(Price.line_id))
        .order_by(Price.line_id, Price.sub_account_id.is_(None), Price.version.desc())
    )


def _held(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return Price.effective_from <= at, or_(Price.archived_at.is_(None), Price.archived_at > at)


def plan_contents(product: Product, *, at: datetime) -> PlanContents | None:
    """What a plan included at a moment; None for what is no plan, or was not one yet."""
    return contents_in_force([product.id], at=at).get(product.id)


def contents_in_force(product_ids: Iterable[UUID], *, at: datetime) -> dict[UUID, PlanContents]:
    """What each plan included at a moment, by its id."""
    found = session.scalars(
        select(PlanContents)
        .where(PlanContents.product_id.in_(product_ids), PlanContents.effective_from <= at)
        .ext(distinct_on(PlanContents.product_id))
        .order_by(PlanContents.product_id, PlanContents.version.desc())
    )
    return {contents.product_id: contents for contents in found}


def contents(contents_id: UUID) -> PlanContents:
    """The version of a plan's contents that a subscription keeps."""
    return session.get_one(PlanContents, (scope.agency_id(), contents_id))


def tax_categories() -> list[str]:
    """The categories a product can have: the standard one, and those of the taxes in use."""
    used = session.scalars(select(Tax.category).where(Tax.archived_at.is_(None)).distinct())
    return sorted({STANDARD, *used})


def taxes_on(category: str) -> Sequence[Tax]:
    """All taxes there ever were on a category, the oldest first."""
    return session.scalars(select(Tax).where(Tax.category == category).order_by(Tax.effective_from, Tax.id)).all()


def taxes_in_force(known: Sequence[Tax], *, country: str, region: str | None, at: datetime) -> Sequence[Tax]:
    """The taxes at a place and moment: the newest of each name, of the most exact place.

    A region's taxes come before its country's, a country's before those that hold anywhere.
    """
    places: dict[tuple[bool, bool], dict[str, Tax]] = {}
    for tax in known:
        holds = tax.effective_from <= at and (tax.archived_at is None or tax.archived_at > at)
        if holds and tax.country in {None, country} and tax.region in {None, region}:
            places.setdefault((tax.country is not None, tax.region is not None), {})[tax.name] = tax
    return list(places[max(places)].values()) if places else []


def coupon(code: str) -> Coupon | None:
    return session.scalar(select(Coupon).where(Coupon.code == code.strip().upper()))


def providers_by_id(provider_ids: Iterable[UUID]) -> dict[UUID, ServiceProvider]:
    rows = session.scalars(select(ServiceProvider).where(ServiceProvider.id.in_(set(provider_ids))))
    return {row.id: row for row in rows}


def providers_of(sub_account_id: UUID | None) -> Sequence[ServiceProvider]:
    """A seller's service providers that were not archived, by name; None is the agency."""
    query = select(ServiceProvider).where(
        ServiceProvider.sub_account_id.is_not_distinct_from(sub_account_id), ServiceProvider.archived_at.is_(None)
    )
    return session.scalars(query.order_by(ServiceProvider.name)).all()
