"""The way of an event from an agency to the publisher of an app, who is another tenant."""

from datetime import datetime
from typing import Any
from uuid import UUID

from agency.foundation.database.session import transaction
from agency.foundation.jobs.registry import job
from agency.foundation.tenancy import scope
from agency.webhooks.operations import announce_once


@job(queue="default")
def tell_publisher(*, publisher_id: str, event_id: str, kind: str, data: dict[str, Any], at: str) -> None:
    """Keep an event where the app's publisher is at home, from where it goes to the publisher's endpoints."""
    with scope.of_agency(UUID(publisher_id)), transaction():
        announce_once(UUID(event_id), kind, data, now=datetime.fromisoformat(at))
