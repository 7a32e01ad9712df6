from datetime import datetime
from typing import Any, ClassVar, Protocol
from uuid import UUID

from agency.foundation.actor import Actor
from agency.foundation.audit.models import AuditEntry
from agency.foundation.database.base import JsonObject
from agency.foundation.database.session import session
from agency.foundation.tenancy import scope


class Subject(Protocol):
    """Whatever has an id that people see."""

    prefix: ClassVar[str]

    @property
    def id(self) -> UUID: ...


def record(
    action: str,
    subject: Subject,
    *,
    by: Actor,
    now: datetime,
    before: JsonObject | None = None,
    after: JsonObject | None = None,
    sub_account_id: UUID | None = None,
) -> None:
    """Add an entry in the transaction of the act itself, so that neither is kept without the other.

    ``action`` is ``<noun>.<past verb>``; ``before`` and ``after`` hold the changed fields as plain JSON.
    """
    fields = entry(action, subject, by=by, now=now, before=before, after=after, sub_account_id=sub_account_id)
    session.add(AuditEntry(**fields))


def entry(
    action: str,
    subject: Subject,
    *,
    by: Actor,
    now: datetime,
    before: JsonObject | None = None,
    after: JsonObject | None = None,
    sub_account_id: UUID | None = None,
) -> dict[str, Any]:
    """The columns of what ``record`` adds; an act on very many things stores theirs together."""
    return {
        "occurred_at": now,
        "sub_account_id": sub_account_id or scope.sub_account_id(),
        "actor_kind": by.kind,
        "actor_id": by.id,
        "actor_name": by.name,
        "action": action,
        "subject_type": subject.prefix,
        "subject_id": subject.id,
        "subject_name": str(getattr(subject, "name", "")),
        "before": before or {},
        "after": after or {},
        "address": by.address,
        "request_id": by.request_id,
    }


def record_change(
    action: str,
    subject: Subject,
    changes: JsonObject,
    *,
    by: Actor,
    now: datetime,
    sub_account_id: UUID | None = None,
) -> None:
    """Set the fields that differ and record them, before and after; nothing differs, nothing is recorded."""
    before = {name: getattr(subject, name) for name in changes if getattr(subject, name) != changes[name]}
    if not before:
        return
    for name in before:
        setattr(subject, name, changes[name])
    after = {name: changes[name] for name in before}
    record(
        action,
        subject,
        by=by,
        now=now,
        before=plain(before),
        after=plain(after),
        sub_account_id=sub_account_id,
    )


def plain(fields: JsonObject) -> JsonObject:
    """As a log keeps them: ids as text, and a picture's bytes do not belong in it."""
    return {name: _plain_value(value) for name, value in fields.items()}


def _plain_value(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    return "..." if isinstance(value, bytes) else value
