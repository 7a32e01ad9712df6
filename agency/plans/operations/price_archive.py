from datetime import datetime

from sqlalchemy import update

from agency.foundation.actor import Actor
from agency.foundation.database.session import session
from agency.foundation.database.uniqueness import unique
from agency.plans.models.prices import Price
from agency.plans.operations.price_versions import PriceArchived
from agency.plans.operations.prices import LINE_INDEX, PriceExists, record_price


def archive_price(price: Price, *, by: Actor, now: datetime) -> None:
    """Withdraw a line from sale, or the price of one sub-account; who has it already keeps it."""
    line = session.get_one(Price, (price.agency_id, price.line_id))
    session.refresh(line, with_for_update=True)
    if price.sub_account_id is None and line.is_archived:
        return
    changed = update(Price).where(Price.line_id == price.line_id, Price.archived_at.is_(None)).values(archived_at=now)
    if price.sub_account_id is not None:
        changed = changed.where(Price.sub_account_id == price.sub_account_id)
    session.execute(changed)
    session.refresh(price)
    record_price("price.archived", price, by=by, now=now)


def restore_price(price: Price, *, by: Actor, now: datetime) -> None:
    """Sell it again, with what was withdrawn in the same act.

    Raises:
        PriceExists: another line took its place meanwhile.
        PriceArchived: a sub-account's own price of a line that is archived itself.
    """
    line = session.get_one(Price, (price.agency_id, price.line_id))
    session.refresh(line, with_for_update=True)
    session.refresh(price)
    if not price.is_archived:
        return
    if price.sub_account_id is not None and line.is_archived:
        raise PriceArchived
    with unique(PriceExists, LINE_INDEX):
        session.execute(
            update(Price)
            .where(Price.line_id == price.line_id, Price.archived_at == price.archived_at)
            .values(archived_at=None)
        )
    session.refresh(price)
    record_price("price.restored", price, by=by, now=now)
