"""What was told long ago is forgotten: events with their deliveries and tries."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import aliased

from agency.foundation import ids
from agency.foundation.database.session import session
from agency.webhooks.models import Delivery, DeliveryAttempt, LoggedEvent


def forget_events(*, before: datetime, most: int) -> int:
    """Delete a batch of events that were kept before a moment by the wall; answers how many.

    An event that was sent to somebody since then, as after a person sent it again, stays as long as that delivery.
    """
    edge = ids.first_at(before)
    later = aliased(Delivery)
    sent_since = select(later.id).where(later.event_id == LoggedEvent.id, later.id >= edge).exists()
    old = session.scalars(
        select(LoggedEvent.id).where(LoggedEvent.id < edge, ~sent_since).order_by(LoggedEvent.id).limit(most)
    ).all()
    sent = select(Delivery.id).where(Delivery.event_id.in_(old))
    for doomed in (
        delete(DeliveryAttempt).where(DeliveryAttempt.delivery_id.in_(sent)),
        delete(Delivery).where(Delivery.event_id.in_(old)),
        delete(LoggedEvent).where(LoggedEvent.id.in_(old)),
    ):
        session.execute(doomed.execution_options(synchronize_session=False))
    return len(old)
