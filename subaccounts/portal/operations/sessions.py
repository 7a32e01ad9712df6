from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.foundation.tenancy import scope
from agency.foundation.tokens import Token
from subaccounts.portal.models.identities import Identity, PortalSession

SIGNED_IN = timedelta(days=7)  # At most; a browser that is closed forgets it sooner.
BROWSER_LENGTH_MAX = 100


class PortalSessionOver(DomainError):
    status = 404
    message = _l("This sign-in has ended. Sign in again.")


def begin_session(identity: Identity, *, browser: str, by: Actor, now: datetime) -> Token:
    """Let a browser in; the first time is the registration."""
    token = Token.issue(identity.agency_id)
    opened = PortalSession(
        sub_account_id=identity.sub_account_id,
        identity_id=identity.id,
        digest=token.digest,
        created_at=now,
        last_seen_at=now,
        expires_at=now + SIGNED_IN,
        address=by.address,
        browser=browser[:BROWSER_LENGTH_MAX],
    )
    session.add(opened)
    act = "portal.signed_in" if identity.registered_at else "portal.registered"
    identity.registered_at = identity.registered_at or now
    record(act, identity, by=by, now=now, after={"browser": opened.browser}, sub_account_id=identity.sub_account_id)
    return token


def end_session(session_id: UUID, identity_id: UUID, *, by: Actor, now: datetime) -> None:
    """End one of an identity's own sign-ins; its browser is signed out with its next page.

    Raises:
        PortalSessionOver: not theirs, or over already.
    """
    ended = session.scalar(
        update(PortalSession)
        .where(
            PortalSession.id == session_id, PortalSession.identity_id == identity_id, PortalSession.ended_at.is_(None)
        )
        .values(ended_at=now)
        .returning(PortalSession.browser)
    )
    if ended is None:
        raise PortalSessionOver
    identity = session.get_one(Identity, (scope.agency_id(), identity_id))
    record("portal.signed_out", identity, by=by, now=now, before={"browser": ended})


def end_sessions(identity_id: UUID, *, but: UUID | None = None, now: datetime) -> int:
    """End every sign-in of an identity but one; answers how many."""
    ending = (
        update(PortalSession)
        .where(
            PortalSession.identity_id == identity_id, PortalSession.ended_at.is_(None), PortalSession.expires_at > now
        )
        .values(ended_at=now)
    )
    if but is not None:
        ending = ending.where(PortalSession.id != but)
    return len(session.execute(ending.returning(PortalSession.id)).all())
