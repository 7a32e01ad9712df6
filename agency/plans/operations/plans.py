from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.base import JsonObject
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.foundation.money import Money
from agency.plans import queries
from agency.plans.models.products import PlanContents, Product
from agency.plans.operations.prices import PriceWish, add_price
from agency.plans.operations.products import ProductWish, add_product


class SeatsMaxBelowTheIncluded(DomainError):
    status = 422
    field = "seats_max"
    message = _l("The most seats cannot be fewer than the included ones.")


class IncludedMeterUnknown(DomainError):
    status = 422
    message = _l("There is no meter %(code)s.")

    def __init__(self, code: str) -> None:
        super().__init__(code=code)
        self.field = "included_usage"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentsWish:
    """What a plan includes; ``usage`` is a monthly quantity by the code of its meter."""

    trial_days: int = 0
    seats_included: int = 0
    seats_max: int | None = None
    usage: dict[str, Decimal] = field(default_factory=dict)
    credits: Money | None = None
    credits_roll_over: bool = False


def add_plan(
    product: ProductWish, contents: ContentsWish, prices: Sequence[PriceWish], *, by: Actor, now: datetime
) -> Product:
    """Add a plan with what it includes and its price list, whole or not at all.

    Raises:
        DomainError: as adding the product, its contents, and each price.
    """
    added = add_product(product, by=by, now=now)
    set_contents(added, contents, by=by, now=now)
    for price in prices:
        add_price(added, price, by=by, now=now)
    return added


def set_contents(plan: Product, wish: ContentsWish, *, by: Actor, now: datetime) -> PlanContents:
    """Add the next version of what a plan includes; the same again adds none.

    Raises:
        SeatsMaxBelowTheIncluded
        IncludedMeterUnknown: usage of a meter that the agency does not have, or has archived.
    """
    _refuse(wish)
    session.refresh(plan, with_for_update=True)
    latest = queries.plan_contents(plan, at=now)
    if latest is not None and contents_wish(latest) == wish:
        return latest
    contents = PlanContents(
        product_id=plan.id,
        version=latest.version + 1 if latest else 1,
        trial_days=wish.trial_days,
        seats_included=wish.seats_included,
        seats_max=wish.seats_max,
        usage=wish.usage,
        credits_micros=wish.credits.micros if wish.credits else None,
        credits_currency=wish.credits.currency if wish.credits else None,
        credits_roll_over=wish.credits_roll_over,
        effective_from=now,
        created_by=by.name,
    )
    session.add(contents)
    session.flush()
    record("plan.contents_set", plan, by=by, now=now, before=_said(latest), after=_said(contents))
    return contents


def change_contents(plan: Product, changes: dict[str, Any], *, by: Actor, now: datetime) -> PlanContents:
    """As ``set_contents``, with what is not named kept as it is.

    Raises:
        SeatsMaxBelowTheIncluded, IncludedMeterUnknown
    """
    latest = queries.plan_contents(plan, at=now)
    wish = contents_wish(latest) if latest else ContentsWish()
    return set_contents(plan, replace(wish, **changes), by=by, now=now)


def contents_wish(contents: PlanContents) -> ContentsWish:
    """The wish that led to a version."""
    return ContentsWish(
        trial_days=contents.trial_days,
        seats_included=contents.seats_included,
        seats_max=contents.seats_max,
        usage=contents.usage,
        credits=contents.credits,
        credits_roll_over=contents.credits_roll_over,
    )


def _refuse(wish: ContentsWish) -> None:
    if wish.seats_max is not None and wish.seats_max < wish.seats_included:
        raise SeatsMaxBelowTheIncluded
    known = {meter.code for meter in queries.meters_in_use()}
    for code in wish.usage:
        if code not in known:
            raise IncludedMeterUnknown(code)


def _said(contents: PlanContents | None) -> JsonObject:
    if contents is None:
        return {}
    said = asdict(contents_wish(contents))
    usage = {code: f"{quantity:f}" for code, quantity in contents.usage.items()}
    return said | {"usage": usage, "credits": str(contents.credits) if contents.credits else None}
