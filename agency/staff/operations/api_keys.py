from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.foundation.tenancy import scope
from agency.foundation.tokens import Token
from agency.staff.models import KEY_PREFIX, ApiKey
from agency.staff.roles import APP_SCOPES, scopes_at

HINT_LENGTH = 4


class ScopesUnknown(DomainError):
    status = 422
    field = "scopes"
    message = _l("A key of this kind cannot have: %(scopes)s.")


class ScopesNotHeld(DomainError):
    status = 403
    field = "scopes"
    message = _l("You cannot give a key what you may not do yourself: %(scopes)s.")


class KeyRevoked(DomainError):
    message = _l("This key was revoked already.")


def create_api_key(
    *,
    name: str,
    scopes: frozenset[str],
    held: frozenset[str] | None = None,
    sub_account_id: UUID | None = None,
    install_id: UUID | None = None,
    by: Actor,
    now: datetime,
) -> tuple[ApiKey, str]:
    """Make a key to the agency in scope, or with ``sub_account_id`` to that sub-account alone.

    Args:
        name: what people know it by.
        scopes: what it may do, of ``roles.scopes_at``; an app's of ``roles.APP_SCOPES``.
        held: what its maker may do, which the key cannot exceed; None for the operator, who may all.
        sub_account_id: None for the agency's own key.
        install_id: for an app's key, its install at that sub-account.
        by: who makes it.
        now: the wall's time.

    Returns:
        The row, and the key's text, which cannot be had again.

    Raises:
        ScopesUnknown: some scopes do not exist for such a key.
        ScopesNotHeld: some exceed those of its maker.
    """
    if strange := scopes - (scopes_at(sub_account_id) if install_id is None else APP_SCOPES):
        raise ScopesUnknown(scopes=", ".join(sorted(strange)))
    if held is not None and (beyond := scopes - held):
        raise ScopesNotHeld(scopes=", ".join(sorted(beyond)))
    token = Token.issue(scope.agency_id())
    key = ApiKey(
        name=name,
        sub_account_id=sub_account_id,
        install_id=install_id,
        scopes=sorted(scopes),
        digest=token.digest,
        hint=token.secret[-HINT_LENGTH:],
        created_by=by.name,
        created_at=now,
    )
    session.add(key)
    session.flush()
    record("api_key.created", key, by=by, now=now, after={"scopes": key.scopes}, sub_account_id=sub_account_id)
    return key, f"{KEY_PREFIX}{token}"


def revoke_api_key(key: ApiKey, *, by: Actor, now: datetime) -> None:
    """From the next request on the key opens nothing.

    Raises:
        KeyRevoked: it is already.
    """
    session.refresh(key, with_for_update=True)
    if key.revoked_at is not None:
        raise KeyRevoked
    key.revoked_at = now
    record("api_key.revoked", key, by=by, now=now, sub_account_id=key.sub_account_id)
