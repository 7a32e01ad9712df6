"""The key of an app to one install: made for its publisher, revoked when the install ends."""

from datetime import datetime

from sqlalchemy import select

from agency.foundation.actor import Actor
from agency.foundation.database.session import session
from agency.staff.models import ApiKey
from agency.staff.operations.api_keys import create_api_key, revoke_api_key
from marketplace.catalogue.models.apps import App
from marketplace.installs.models.installs import Install
from marketplace.installs.operations.quoting import AppNotInstalled

ALWAYS = frozenset({"installs.read", "installs.charge"})


def issue_key(row: Install, app: App, *, by: Actor, now: datetime) -> tuple[ApiKey, str]:
    """A new key with what the client consented to; the one before opens nothing any more.

    ``now`` is the wall's time. Answers the row and the key's text, which cannot be had again.

    Raises:
        AppNotInstalled
    """
    if row.is_over:
        raise AppNotInstalled
    revoke_keys(row, by=by, now=now)
    return create_api_key(
        name=app.name,
        scopes=ALWAYS | set(row.permissions),
        sub_account_id=row.sub_account_id,
        install_id=row.id,
        by=by,
        now=now,
    )


def revoke_keys(row: Install, *, by: Actor, now: datetime) -> None:
    keys = select(ApiKey).where(ApiKey.install_id == row.id, ApiKey.revoked_at.is_(None))
    for key in session.scalars(keys).all():
        revoke_api_key(key, by=by, now=now)
