"""What programs hear of an install: the agency's and the client's, and in the publisher's own tenant the app."""

from datetime import datetime

from agency.foundation import ids
from agency.foundation.tenancy import scope
from agency.webhooks.operations import announce
from marketplace.installs.models.installs import Install
from marketplace.installs.publisher_events import tell_publisher
from marketplace.installs.schemas import InstallAnswer

INSTALLED = "install.created"
PLAN_CHANGED = "install.plan_changed"
TRIAL_ENDING = "install.trial_ending"
PAST_DUE = "install.past_due"
RECOVERED = "install.recovered"
REMOVED = "install.removed"


def tell(kind: str, row: Install, *, now: datetime) -> None:
    """Keep the event here, and have it kept and sent where the app's publisher is at home."""
    data = {"app_id": ids.encode("app", row.app_id), "install": InstallAnswer().dump(row)}
    event = announce(kind, data, sub_account_id=row.sub_account_id, now=now)
    if row.publisher_id == scope.agency_id():
        return
    tell_publisher.later(
        publisher_id=str(row.publisher_id), event_id=str(event.id), kind=kind, data=data, at=now.isoformat()
    )
