from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.foundation.tokens import Token
from agency.staff.models import LinkPurpose, MailedLink, Person

LIFE = {
    LinkPurpose.SIGN_IN: timedelta(hours=24),
    LinkPurpose.SIGN_UP: timedelta(hours=24),
    LinkPurpose.PASSWORD: timedelta(hours=1),
}


class LinkSpent(DomainError):
    status = 410
    message = _l("This link was used already, or its time is over. Nothing was done; ask for a fresh one.")


def issue_link(person: Person, purpose: LinkPurpose, *, link_id: UUID, now: datetime) -> Token:
    """A secret address for one person and one purpose; only its hash is kept.

    ``link_id`` is chosen by whoever asks for the link, so that a job that runs twice issues one.
    """
    token = Token.issue(person.agency_id)
    session.add(
        MailedLink(
            id=link_id,
            person_id=person.id,
            purpose=purpose,
            digest=token.digest,
            created_at=now,
            expires_at=now + LIFE[purpose],
        )
    )
    session.flush()
    return token


def spend_link(token: Token, purpose: LinkPurpose, *, now: datetime) -> Person:
    """Use a link up, and with it every other that was mailed to the person for the same purpose.

    Raises:
        LinkSpent: unknown, used, or over its time; of two at once the second.
    """
    person_id = session.scalar(
        update(MailedLink)
        .where(
            MailedLink.digest == token.digest,
            MailedLink.purpose == purpose,
            MailedLink.used_at.is_(None),
            MailedLink.expires_at > now,
        )
        .values(used_at=now)
        .returning(MailedLink.person_id)
    )
    if person_id is None:
        raise LinkSpent
    session.execute(
        update(MailedLink)
        .where(MailedLink.person_id == person_id, MailedLink.purpose == purpose, MailedLink.used_at.is_(None))
        .values(used_at=now)
    )
    return session.get_one(Person, (token.agency_id, person_id))
