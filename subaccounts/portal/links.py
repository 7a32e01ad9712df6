"""Mailed links and the codes beside them: issued by a job, spent by pressing a button or typing the code."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select, update

from agency.foundation.database.session import session
from agency.foundation.encryption import decrypt, encrypt
from agency.foundation.errors import DomainError
from agency.foundation.tenancy import scope
from agency.foundation.tokens import Token
from subaccounts.portal.models.identities import Identity, LinkPurpose, PortalLink

LIFE = timedelta(hours=24)
CODE_DIGITS = 8
CODE_TRIES_MAX = 5
WAYS_IN = (LinkPurpose.WELCOME, LinkPurpose.SIGN_IN)


class PortalLinkOver(DomainError):
    status = 410
    message = _l("This link was used already, or its time is over. Nothing was done; ask for a fresh one.")


class WrongCode(DomainError):
    status = 422
    field = "code"
    message = _l("This is not the code of your newest e-mail. Check it, or use the link beside it.")


def issue_link(
    identity: Identity, purpose: LinkPurpose, *, email: str, link_id: UUID, now: datetime
) -> tuple[Token, str]:
    """A secret address and a code for one identity; the address is kept as a hash alone.

    ``link_id`` is chosen by whoever asks for the link, so that a job that runs twice issues one.
    """
    token = Token.issue(identity.agency_id)
    code = "".join(secrets.choice("0123456789") for _digit in range(CODE_DIGITS))
    link = PortalLink(
        id=link_id,
        sub_account_id=identity.sub_account_id,
        identity_id=identity.id,
        purpose=purpose,
        email=email,
        digest=token.digest,
        code=encrypt(code),
        created_at=now,
        expires_at=now + LIFE,
    )
    session.add(link)
    session.flush()
    return token, code


def spend_link(token: Token, purposes: tuple[LinkPurpose, ...], *, now: datetime) -> PortalLink:
    """Use a link up, and with it every other that was mailed to the identity for the same.

    Raises:
        PortalLinkOver: unknown, used, revoked, or over its time; of two at once the second.
    """
    return _spend(PortalLink.digest == token.digest, purposes, now=now)


def spend_code(identity_id: UUID, code: str, purposes: tuple[LinkPurpose, ...], *, now: datetime) -> PortalLink | None:
    """The same by the code that was typed; None when it is wrong, and the try is counted.

    The caller commits the count before it refuses.
    """
    newest = session.scalar(
        select(PortalLink)
        .where(
            PortalLink.identity_id == identity_id,
            PortalLink.purpose.in_(purposes),
            PortalLink.used_at.is_(None),
            PortalLink.expires_at > now,
        )
        .order_by(PortalLink.id.desc())
        .limit(1)
        .with_for_update()
    )
    if newest is None or newest.wrong_codes >= CODE_TRIES_MAX:
        return None
    if not secrets.compare_digest(decrypt(newest.code), code):
        newest.wrong_codes += 1
        return None
    return _spend(PortalLink.id == newest.id, purposes, now=now)


def _spend(which: ColumnElement[bool], purposes: tuple[LinkPurpose, ...], *, now: datetime) -> PortalLink:
    spent = session.scalar(
        update(PortalLink)
        .where(which, PortalLink.purpose.in_(purposes), PortalLink.used_at.is_(None), PortalLink.expires_at > now)
        .values(used_at=now)
        .returning(PortalLink.id)
    )
    if spent is None:
        raise PortalLinkOver
    link = session.get_one(PortalLink, (scope.agency_id(), spent))
    end_links(link.identity_id, purposes, now=now)
    return link


def end_links(identity_id: UUID, purposes: tuple[LinkPurpose, ...] = tuple(LinkPurpose), *, now: datetime) -> None:
    """Nothing that was mailed for these purposes opens anything any more."""
    session.execute(
        update(PortalLink)
        .where(PortalLink.identity_id == identity_id, PortalLink.purpose.in_(purposes), PortalLink.used_at.is_(None))
        .values(used_at=now)
    )
