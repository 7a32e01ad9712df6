from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, exists, func, select

from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.paging import Page, paged
from agency.foundation.tenancy import scope
from agency.foundation.tokens import Token
from agency.staff.models import ApiKey, Invitation, MailedLink, Membership, Person, RecoveryCode, SignIn
from agency.staff.roles import Role
from agency.tenants.models import SubAccount


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a team, and the membership that makes them one."""

    membership: Membership
    person: Person


def person(person_id: UUID) -> Person:
    """One of the agency's people.

    Raises:
        NotFound: no such, or another agency's.
    """
    found = session.get(Person, (scope.agency_id(), person_id))
    if found is None:
        raise NotFound
    return found


def person_by_email(email: str) -> Person | None:
    return session.scalar(select(Person).where(Person.email == email))


def team(place: UUID | None) -> list[Member]:
    """Everybody with a role in the agency (None) or in a sub-account, by name."""
    rows = session.execute(_members(place).order_by(func.lower(Person.name), Person.id)).all()
    return [Member(row.Membership, row.Person) for row in rows]


def publishes() -> bool:
    """Whether the tenant makes apps and sells nothing itself: its people have a publisher's roles."""
    held = exists().where(Membership.role == Role.PUBLISHER, Membership.sub_account_id.is_(None))
    return bool(session.scalar(select(held)))


def member(membership_id: UUID, place: UUID | None) -> Member:
    """One of the team of a place.

    Raises:
        NotFound: no such, or of another place.
    """
    row = session.execute(_members(place).where(Membership.id == membership_id)).one_or_none()
    if row is None:
        raise NotFound
    return Member(row.Membership, row.Person)


def _members(place: UUID | None) -> Select[Membership, Person]:
    return (
        select(Membership, Person)
        .join(Person, (Person.agency_id == Membership.agency_id) & (Person.id == Membership.person_id))
        .where(Membership.sub_account_id.is_not_distinct_from(place))
    )


def open_invitations(place: UUID | None) -> Sequence[Invitation]:
    """Those neither accepted nor revoked, newest first; some may be over their time and can be sent again."""
    return session.scalars(
        select(Invitation)
        .where(
            Invitation.sub_account_id.is_not_distinct_from(place),
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
        .order_by(Invitation.id.desc())
    ).all()


def invitation(invitation_id: UUID, place: UUID | None) -> Invitation:
    """One invitation to a place.

    Raises:
        NotFound: no such, or to another place.
    """
    found = session.get(Invitation, (scope.agency_id(), invitation_id))
    if found is None or found.sub_account_id != place:
        raise NotFound
    return found


def invitation_of(token: Token) -> Invitation | None:
    """What a mailed link invites to, in whatever state it is."""
    return session.scalar(select(Invitation).where(Invitation.digest == token.digest))


def link_of(token: Token) -> MailedLink | None:
    """What a mailed link is for, in whatever state it is."""
    return session.scalar(select(MailedLink).where(MailedLink.digest == token.digest))


def unfinished_sign_in(token: Token, now: datetime) -> SignIn | None:
    """The sign-in that still waits for its code."""
    return session.scalar(
        select(SignIn).where(
            SignIn.digest == token.digest,
            SignIn.needs_code.is_(True),
            SignIn.ended_at.is_(None),
            SignIn.expires_at > now,
        )
    )


def sign_ins(person_id: UUID, now: datetime) -> Sequence[SignIn]:
    """Where a person is signed in at present, last seen first."""
    return session.scalars(
        select(SignIn)
        .where(
            SignIn.person_id == person_id,
            SignIn.ended_at.is_(None),
            SignIn.expires_at > now,
            SignIn.needs_code.is_(False),
        )
        .order_by(SignIn.last_seen_at.desc())
    ).all()


def recovery_codes_left(person_id: UUID) -> int:
    return session.scalars(
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    ).one()


def panels(person_id: UUID) -> Sequence[SubAccount]:
    """The sub-accounts in which a person has a role, by name."""
    return session.scalars(
        select(SubAccount)
        .join(
            Membership,
            (Membership.agency_id == SubAccount.agency_id) & (Membership.sub_account_id == SubAccount.id),
        )
        .where(Membership.person_id == person_id)
        .order_by(func.lower(SubAccount.name))
    ).all()


def api_keys(*, cursor: str | None = None, limit: int = 25) -> Page[ApiKey]:
    """The keys within reach, newest first and revoked ones among them: a narrowed scope sees its own alone."""
    query = select(ApiKey)
    if scope.sub_account_id() is not None:
        query = query.where(ApiKey.sub_account_id == scope.sub_account_id())
    return paged(query, ApiKey.id, cursor=cursor, limit=limit)


def api_key(key_id: UUID) -> ApiKey:
    """One key within reach.

    Raises:
        NotFound: no such, or another place's.
    """
    found = session.get(ApiKey, (scope.agency_id(), key_id))
    if found is None or scope.sub_account_id() not in {None, found.sub_account_id}:
        raise NotFound
    return found
