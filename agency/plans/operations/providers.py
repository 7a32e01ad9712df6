"""Who gives a seller's services."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.tenancy import scope
from agency.plans.models.providers import ServiceProvider


def add_provider(
    sub_account_id: UUID | None, fields: Mapping[str, Any], *, by: Actor, now: datetime
) -> ServiceProvider:
    """Add somebody who gives services in the seller's name."""
    row = ServiceProvider(sub_account_id=sub_account_id, created_at=now, **fields)
    session.add(row)
    session.flush()
    record("service_provider.added", row, by=by, now=now, sub_account_id=sub_account_id)
    return row


def archive_provider(provider_id: UUID, sub_account_id: UUID | None, *, by: Actor, now: datetime) -> ServiceProvider:
    """Offer them no longer for new lines; documents keep them.

    Raises:
        NotFound: the seller has none such.
    """
    row = session.get(ServiceProvider, (scope.agency_id(), provider_id))
    if row is None or row.sub_account_id != sub_account_id or row.archived_at is not None:
        raise NotFound
    row.archived_at = now
    record("service_provider.changed", row, by=by, now=now, after={"archived": True}, sub_account_id=sub_account_id)
    session.flush()
    return row
