from datetime import datetime
from typing import TypeAlias

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.plans.models.coupons import Coupon
from agency.plans.models.meters import Meter
from agency.plans.models.products import Product
from agency.plans.models.taxes import Tax

Archivable: TypeAlias = Meter | Product | Coupon | Tax
NOUNS = {Meter: "meter", Product: "product", Coupon: "coupon", Tax: "tax"}


def archive(row: Archivable, *, by: Actor, now: datetime) -> None:
    """Take it out of what can be chosen; what uses it goes on as before. Archived twice is archived."""
    if row.archived_at is None:
        row.archived_at = now
        record(f"{NOUNS[type(row)]}.archived", row, by=by, now=now)


def restore(row: Archivable, *, by: Actor, now: datetime) -> None:
    if row.archived_at is not None:
        row.archived_at = None
        record(f"{NOUNS[type(row)]}.restored", row, by=by, now=now)


def set_archived(row: Archivable, *, archived: bool, by: Actor, now: datetime) -> None:
    (archive if archived else restore)(row, by=by, now=now)
