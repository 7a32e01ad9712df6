"""Change the markups of many resold services at once, see before what it does to each client, and take it back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.foundation.tenancy import scope
from agency.plans import queries as plans
from agency.plans.models.prices import Price, PriceCost
from agency.plans.operations.price_versions import add_version
from agency.plans.rules.components import Component
from agency.plans.rules.resale import sell, written
from agency.plans.rules.terms import PriceTerms
from marketplace.resale.models import MarkupChange, MarkupChangeLine
from marketplace.resale.queries import Difference, ResaleOffer, differences, lines_of, resale_offers
from marketplace.resale.rules import MarkupWish, remarked


class NothingMarkedUp(DomainError):
    status = 422
    message = _l("None of these services has a markup that would change. Own prices stay as they are.")


class AlreadyUndone(DomainError):
    message = _l("This change was undone already.")


class ChangedSince(DomainError):
    message = _l("A price has been changed since. Undo that first, or change the markup again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChange:
    """What becomes of one line: ``written`` as its seller would write it, ``after`` as a client reads it."""

    offer: ResaleOffer
    written: PriceTerms
    after: PriceTerms
    clients: Sequence[Difference]


def plan_markups(wish: MarkupWish, *, product_ids: Sequence[UUID] | None = None, now: datetime) -> list[LineChange]:
    """What the wish changes, with each client's difference; stores nothing.

    Raises:
        MarkupTooLow
        PriceRefused: a price would be out of its bounds.
    """
    changed = []
    for offer in resale_offers(at=now, product_ids=product_ids):
        cost = offer.cost
        if cost is None or cost.markup is None:
            continue
        terms = remarked(offer.price.terms, cost.terms, cost.markup, wish)
        if terms.markup != cost.markup:
            changed.append((offer, terms, sell(terms).retail))
    counted = {
        offer.price.line_id: (offer.price, after)
        for offer, _terms, after in changed
        if offer.price.component is Component.USAGE
    }
    clients = differences(counted, now=now)
    return [
        LineChange(offer=offer, written=terms, after=after, clients=clients.get(offer.price.line_id, ()))
        for offer, terms, after in changed
    ]


def change_markups(wish: MarkupWish, planned: Sequence[LineChange], *, by: Actor, now: datetime) -> MarkupChange:
    """Make a new version of each line that was planned; own prices, and those of single clients, stay as they are.

    Raises:
        NothingMarkedUp
        DomainError: as ``add_version``.
    """
    if not planned:
        raise NothingMarkedUp
    change = MarkupChange(markup=wish.markup, percent=wish.percent, made_at=now, made_by=by.name)
    session.add(change)
    session.flush()
    for line in planned:
        session.expunge(line.offer.price)  # It was read with its meter, and a row lock cannot reach through that join.
        version = add_version(line.offer.price, line.written, by=by, now=now)
        session.add(MarkupChangeLine(change_id=change.id, former_price_id=line.offer.price.id, new_price_id=version.id))
    session.flush()
    record("markup_change.made", change, by=by, now=now, after={"lines": len(planned)})
    return change


def undo_markups(change: MarkupChange, *, by: Actor, now: datetime) -> None:
    """Make the former terms the newest version again.

    Raises:
        AlreadyUndone
        ChangedSince: a line has a newer version than the one that it made.
    """
    session.refresh(change, with_for_update=True)
    if change.undone_at is not None:
        raise AlreadyUndone
    for line in lines_of(change.id):
        former, made = _price(line.former_price_id), _price(line.new_price_id)
        latest = plans.latest_version(made.line_id, None)
        if latest is None or latest.id != made.id:
            raise ChangedSince
        cost = session.get(PriceCost, (scope.agency_id(), former.id))
        terms, wholesale = written(former.terms, cost.terms if cost else None, cost.markup if cost else None)
        terms = replace(terms, markup=terms.markup.normalize())  # Its column fills it up with zeros.
        add_version(made, terms, wholesale_cost=wholesale, by=by, now=now)
    change.undone_at, change.undone_by = now, by.name
    record("markup_change.undone", change, by=by, now=now)


def _price(price_id: UUID) -> Price:
    return plans.one(Price, price_id)
