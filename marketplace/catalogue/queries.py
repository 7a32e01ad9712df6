"""Reads of the catalogue: as its publisher, an agency, and an agency's client see it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Select, any_, func, literal, or_, select

from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.paging import Page, paged
from agency.foundation.tenancy import scope
from agency.plans import queries as plans
from agency.plans.models.prices import Price
from marketplace.catalogue.models.apps import App, AppPicture, AppPrice, AppPriceKind, AppState, Publisher
from marketplace.catalogue.models.offers import AppOffer, AppOfferPrice
from marketplace.catalogue.rules import UsagePrice, sold_at


def publisher() -> Publisher:
    """The tenant in scope, as a publisher.

    Raises:
        NotFound: it publishes nothing.
    """
    found = session.get(Publisher, scope.agency_id())
    if found is None:
        raise NotFound
    return found


def publishers(publisher_ids: Iterable[UUID]) -> dict[UUID, Publisher]:
    return {row.id: row for row in session.scalars(select(Publisher).where(Publisher.id.in_(set(publisher_ids))))}


def own_app(app_id: UUID) -> App:
    """One of the publisher's own.

    Raises:
        NotFound: none such, or another publisher's.
    """
    found = session.get(App, app_id)
    if found is None or found.publisher_id != scope.agency_id() or scope.sub_account_id() is not None:
        raise NotFound
    return found


def own_apps() -> Sequence[App]:
    return session.scalars(select(App).where(App.publisher_id == scope.agency_id()).order_by(App.id.desc())).all()


def app(app_id: UUID) -> App:
    """An app that the scope may see: its own, one on the list, or for a client one that its agency offers.

    Raises:
        NotFound
    """
    found = session.get(App, app_id)
    if found is None or not _is_seen(found):
        raise NotFound
    return found


def _is_seen(found: App) -> bool:
    is_listed, offer = found.state is AppState.LISTED, offer_of(found.id)
    if scope.sub_account_id() is not None:
        return is_listed and offer is not None and offer.is_shown
    return is_listed or offer is not None or found.publisher_id == scope.agency_id()


def apps_by_id(app_ids: Iterable[UUID]) -> dict[UUID, App]:
    return {row.id: row for row in session.scalars(select(App).where(App.id.in_(set(app_ids))))}


def listed_prices(line_ids: Iterable[UUID]) -> dict[UUID, AppPrice]:
    """The publisher's prices behind lines of the agency's price list, by line."""
    rows = session.execute(
        select(AppOfferPrice.line_id, AppPrice)
        .join(AppPrice, AppPrice.id == AppOfferPrice.app_price_id)
        .where(AppOfferPrice.line_id.in_(set(line_ids)))
    )
    return {line_id: price for line_id, price in rows if line_id is not None}


def listed_apps(
    *, search: str = "", category: str | None = None, cursor: str | None = None, limit: int = 25
) -> Page[App]:
    """What is on the list, for a client what its agency shows of it, newest first."""
    query = select(App).where(App.state == AppState.LISTED)
    if scope.sub_account_id() is not None:
        query = query.where(App.id.in_(select(AppOffer.app_id).where(AppOffer.is_shown)))
    if search:
        words = App.name, App.tagline, App.description
        query = query.where(or_(*(word.icontains(search, autoescape=True) for word in words)))
    if category is not None:
        query = query.where(literal(category) == any_(App.categories))
    return paged(query, App.id, cursor=cursor, limit=limit)


def categories_in_use() -> list[str]:
    """The categories of what ``listed_apps`` lists."""
    query = select(func.unnest(App.categories)).where(App.state == AppState.LISTED).distinct()
    if scope.sub_account_id() is not None:
        query = query.where(App.id.in_(select(AppOffer.app_id).where(AppOffer.is_shown)))
    return sorted(session.scalars(query))


def app_prices(app_id: UUID) -> list[AppPrice]:
    """The publisher's list as it stands, oldest first."""
    return list(session.scalars(_current().where(AppPrice.app_id == app_id)))


def prices_of_apps(app_ids: Iterable[UUID]) -> list[AppPrice]:
    return list(session.scalars(_current().where(AppPrice.app_id.in_(set(app_ids)))))


def _current() -> Select[AppPrice]:
    return select(AppPrice).where(AppPrice.withdrawn_at.is_(None)).order_by(AppPrice.id)


def app_price(price_id: UUID) -> AppPrice:
    """Raises NotFound: none such that the scope may see."""
    found = session.get(AppPrice, price_id)
    if found is None:
        raise NotFound
    return found


def pictures(app_ids: Iterable[UUID]) -> dict[UUID, list[AppPicture]]:
    """Of each app, in the order in which they were added."""
    found: dict[UUID, list[AppPicture]] = {}
    for picture in session.scalars(
        select(AppPicture).where(AppPicture.app_id.in_(set(app_ids))).order_by(AppPicture.id)
    ):
        found.setdefault(picture.app_id, []).append(picture)
    return found


def picture(digest: str) -> bytes:
    """Raises NotFound: none such of an app that the scope may see."""
    found = session.scalar(select(AppPicture.png).where(AppPicture.digest == digest).limit(1))
    if found is None:
        raise NotFound
    return found


def offer_of(app_id: UUID) -> AppOffer | None:
    """How the agency in scope offers an app by now, if it ever did."""
    return session.scalar(select(AppOffer).where(AppOffer.app_id == app_id).execution_options(populate_existing=True))


def offers() -> dict[UUID, AppOffer]:
    """Those of the agency in scope, by app."""
    return {offer.app_id: offer for offer in session.scalars(select(AppOffer))}


def offer_prices(offer_id: UUID) -> Sequence[AppOfferPrice]:
    """As they stand by now."""
    kept = select(AppOfferPrice).where(AppOfferPrice.offer_id == offer_id)
    return session.scalars(kept.execution_options(populate_existing=True)).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """A price of an app as a client reads it; ``price`` is its line of the agency's list, where it recurs.

    ``amount`` is that of one unit or period; a dynamic one has ``lowest`` and ``highest`` instead.
    """

    listed: AppPrice
    amount: Decimal | None
    lowest: Decimal | None = None
    highest: Decimal | None = None
    price: Price | None = None

    @property
    def kind(self) -> AppPriceKind:
        return self.listed.kind


def sold_prices(offer: AppOffer, *, sub_account_id: UUID, now: datetime) -> list[Sold]:
    """What an offer asks a client for now, in the order of the publisher's list."""
    return sold_by_offers([offer], sub_account_id=sub_account_id, now=now).get(offer.id, [])


def sold_by_offers(offers: Sequence[AppOffer], *, sub_account_id: UUID, now: datetime) -> dict[UUID, list[Sold]]:
    """Of any number of offers, each by its id."""
    by_id = {offer.id: offer for offer in offers}
    rows = session.execute(
        select(AppOfferPrice, AppPrice)
        .join(AppPrice, AppPrice.id == AppOfferPrice.app_price_id)
        .where(AppOfferPrice.offer_id.in_(by_id), AppPrice.withdrawn_at.is_(None))
        .order_by(AppPrice.id)
    ).all()
    in_force = plans.prices_in_force([offer.product_id for offer in offers], at=now, sub_account_id=sub_account_id)
    lines = {price.line_id: price for price in in_force}
    found: dict[UUID, list[Sold]] = {}
    for row, listed in rows:
        sold = _sold(by_id[row.offer_id], row, listed, lines)
        if sold is not None:
            found.setdefault(row.offer_id, []).append(sold)
    return found


def _sold(offer: AppOffer, row: AppOfferPrice, listed: AppPrice, lines: dict[UUID, Price]) -> Sold | None:
    if listed.kind is AppPriceKind.RECURRING:
        price = lines.get(row.line_id) if row.line_id else None
        return None if price is None else Sold(listed=listed, amount=price.terms.unit_price, price=price)
    if listed.amount is None:
        lowest, highest = (
            sold_at(bound or Decimal(0), offer.markup, None) for bound in (listed.lowest, listed.highest)
        )
        return Sold(listed=listed, amount=None, lowest=lowest, highest=highest)
    return Sold(listed=listed, amount=sold_at(listed.amount, offer.markup, row.own_amount))


def usage_price(offer: AppOffer, code: str) -> tuple[AppPrice, UsagePrice] | None:
    """The usage price of a code as the offer sells it; None where it sells none such."""
    found = session.execute(
        select(AppPrice, AppOfferPrice.own_amount)
        .join(AppOfferPrice, AppOfferPrice.app_price_id == AppPrice.id)
        .where(
            AppOfferPrice.offer_id == offer.id,
            AppPrice.code == code,
            AppPrice.kind == AppPriceKind.USAGE,
            AppPrice.withdrawn_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        return None
    price, own_amount = found
    terms = UsagePrice(
        amount=price.amount,
        lowest=price.lowest,
        highest=price.highest,
        own_amount=own_amount,
        markup=offer.markup,
    )
    return price, terms
