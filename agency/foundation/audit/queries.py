from collections.abc import Sequence

from sqlalchemy import select

from agency.foundation.audit.models import AuditEntry
from agency.foundation.database.session import session
from agency.foundation.paging import Page, paged


def newest(*, action: str = "", cursor: str | None = None, limit: int = 50) -> Page[AuditEntry]:
    """The agency's entries, newest first; ``action`` narrows to those that begin with it."""
    query = select(AuditEntry)
    if action:
        query = query.where(AuditEntry.action.startswith(action, autoescape=True))
    return paged(query, AuditEntry.id, cursor=cursor, limit=limit)


def actions() -> Sequence[str]:
    """Every kind of act that the log holds, for its filter."""
    return session.scalars(select(AuditEntry.action).distinct().order_by(AuditEntry.action)).all()
