from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select

from agency.foundation.audit.models import AuditEntry
from agency.foundation.database.session import session
from agency.foundation.paging import EXPORT_BATCH, Page, every_row, paged


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which entries: those that fulfil every condition given. ``until`` is the first moment left out."""

    action: str | None = None
    actor: str | None = None
    sub_account_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        if self.action:
            yield AuditEntry.action == self.action
        if self.actor:
            yield AuditEntry.actor_name.icontains(self.actor, autoescape=True)
        if self.sub_account_id:
            yield AuditEntry.sub_account_id == self.sub_account_id
        if self.since:
            yield AuditEntry.occurred_at >= self.since
        if self.until:
            yield AuditEntry.occurred_at < self.until


ANY = Wanted()


def newest(wanted: Wanted = ANY, *, cursor: str | None = None, limit: int = 50) -> Page[AuditEntry]:
    """The agency's entries, newest first."""
    return paged(select(AuditEntry).where(*wanted.conditions()), AuditEntry.id, cursor=cursor, limit=limit)


def every(wanted: Wanted) -> Iterator[AuditEntry]:
    return every_row(lambda cursor: newest(wanted, cursor=cursor, limit=EXPORT_BATCH))


def actions() -> Sequence[str]:
    """Every kind of act that the log holds, for its filter."""
    return session.scalars(select(AuditEntry.action).distinct().order_by(AuditEntry.action)).all()
