from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from agency.foundation import events
from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.tenants.events import BEGINNINGS, ENDS
from agency.tenants.models import SubAccount, SubAccountState, Suspension, SuspensionKind
from agency.tenants.operations.sub_accounts import SubAccountClosed

# Whoever adds rows of a sub-account holds its key, perhaps with its books: who suspends it must not wait for the key.
BESIDE_REFERENCES = {"key_share": True}
SUSPENDED_AS = {
    SuspensionKind.PAUSE: SubAccountState.PAUSED,
    SuspensionKind.CLOSURE: SubAccountState.CLOSED,
}


class AlreadySuspended(DomainError):
    message = _l("That is already so; nothing was changed.")


class NotSuspended(DomainError):
    message = _l("There is nothing to end; nothing was changed.")


def suspend(sub_account: SubAccount, kind: SuspensionKind, *, reason: str, by: Actor, now: datetime) -> Suspension:
    """Pause or close. A closed sub-account keeps its history and can be reopened.

    Raises:
        SubAccountClosed: a closed one cannot be paused.
        AlreadySuspended: it is already in that state.
    """
    session.refresh(sub_account, with_for_update=BESIDE_REFERENCES)
    if _open_suspension(sub_account, kind) is not None:
        raise AlreadySuspended
    if kind is SuspensionKind.PAUSE and not sub_account.is_open:
        raise SubAccountClosed
    suspension = Suspension(sub_account_id=sub_account.id, kind=kind, reason=reason, began_at=now, began_by=by.name)
    session.add(suspension)
    sub_account.state = SUSPENDED_AS[kind]
    record(
        f"sub_account.{sub_account.state}",
        sub_account,
        by=by,
        now=now,
        after={"reason": reason},
        sub_account_id=sub_account.id,
    )
    session.flush()
    events.publish(BEGINNINGS[kind](sub_account=sub_account, suspension=suspension, at=now))
    return suspension


def end_suspension(sub_account: SubAccount, kind: SuspensionKind, *, by: Actor, now: datetime) -> None:
    """Resume a paused sub-account or reopen a closed one; a pause under a closure comes to light again.

    Raises:
        NotSuspended: it is not in that state.
    """
    session.refresh(sub_account, with_for_update=BESIDE_REFERENCES)
    suspension = _open_suspension(sub_account, kind)
    if suspension is None:
        raise NotSuspended
    suspension.ended_at, suspension.ended_by = now, by.name
    session.flush()
    paused = _open_suspension(sub_account, SuspensionKind.PAUSE)
    closed = _open_suspension(sub_account, SuspensionKind.CLOSURE)
    left = closed or paused
    sub_account.state = SUSPENDED_AS[left.kind] if left else SubAccountState.ACTIVE
    record(
        "sub_account.resumed" if kind is SuspensionKind.PAUSE else "sub_account.reopened",
        sub_account,
        by=by,
        now=now,
        after={"state": sub_account.state},
        sub_account_id=sub_account.id,
    )
    events.publish(ENDS[kind](sub_account=sub_account, suspension=suspension, at=now))


def _open_suspension(sub_account: SubAccount, kind: SuspensionKind) -> Suspension | None:
    return session.scalar(
        select(Suspension).where(
            Suspension.sub_account_id == sub_account.id,
            Suspension.kind == kind,
            Suspension.ended_at.is_(None),
        )
    )
