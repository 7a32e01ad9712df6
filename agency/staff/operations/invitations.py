from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.database.uniqueness import unique
from agency.foundation.errors import DomainError
from agency.foundation.tenancy import scope
from agency.foundation.tokens import Token
from agency.staff.models import Invitation, Membership, Person
from agency.staff.operations.memberships import AlreadyMember, grant_role, refuse_owner, refuse_strange_role
from agency.staff.roles import Role

LIFE = timedelta(days=7)


class AlreadyInvited(DomainError):
    status = 422
    field = "email"
    message = _l("This address has an open invitation already. Send it again, or revoke it first.")


class InvitationOver(DomainError):
    status = 410
    message = _l("This invitation was accepted or revoked already, or its time is over. Nothing was done.")


def invite(
    *,
    email: str,
    role: Role,
    sub_account_id: UUID | None = None,
    may_manage_owners: bool,
    by: Actor,
    now: datetime,
) -> tuple[Invitation, Token]:
    """Offer a role to an address; the token belongs into the mail's link and nowhere else.

    Raises:
        RoleNotHere: the role belongs to the other kind of place.
        OwnersOnly: an owner is invited by somebody who may not.
        AlreadyMember: a person with this address has a role at the place.
        AlreadyInvited: an invitation to it is open.
    """
    refuse_strange_role(role, sub_account_id)
    refuse_owner(role, may_manage_owners=may_manage_owners)
    if _is_member(email, sub_account_id):
        raise AlreadyMember
    _close_expired(email, sub_account_id, now=now)
    token = Token.issue(scope.agency_id())
    invitation = Invitation(
        email=email,
        sub_account_id=sub_account_id,
        role=role,
        digest=token.digest,
        invited_by=by.name,
        created_at=now,
        expires_at=now + LIFE,
    )
    with unique(AlreadyInvited):
        session.add(invitation)
    after = {"email": email, "role": role}
    record("invitation.sent", invitation, by=by, now=now, after=after, sub_account_id=sub_account_id)
    return invitation, token


def _is_member(email: str, sub_account_id: UUID | None) -> bool:
    found = session.scalar(
        select(Membership.id)
        .join(Person, (Person.agency_id == Membership.agency_id) & (Person.id == Membership.person_id))
        .where(Person.email == email, Membership.sub_account_id.is_not_distinct_from(sub_account_id))
    )
    return found is not None


def _close_expired(email: str, sub_account_id: UUID | None, *, now: datetime) -> None:
    """An invitation nobody took in time does not stand in the way of the next."""
    expired = session.scalar(
        select(Invitation)
        .where(
            Invitation.email == email,
            Invitation.sub_account_id.is_not_distinct_from(sub_account_id),
            Invitation.accepted_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at <= now,
        )
        .with_for_update()
    )
    if expired is not None:
        expired.revoked_at = now
        session.flush()


def resend(invitation: Invitation, *, may_manage_owners: bool, by: Actor, now: datetime) -> Token:
    """A fresh link with all its days; the former one is worth nothing from now on.

    Raises:
        OwnersOnly: an owner is invited by somebody who may not.
        InvitationOver: accepted or revoked meanwhile.
    """
    refuse_owner(invitation.role, may_manage_owners=may_manage_owners)
    _lock_open(invitation)
    token = Token.issue(invitation.agency_id)
    invitation.digest, invitation.expires_at = token.digest, now + LIFE
    record("invitation.sent_again", invitation, by=by, now=now, sub_account_id=invitation.sub_account_id)
    return token


def revoke(invitation: Invitation, *, may_manage_owners: bool, by: Actor, now: datetime) -> None:
    """Withdraw an invitation.

    Raises:
        OwnersOnly: an owner's invitation, by somebody who may not.
        InvitationOver: accepted or revoked meanwhile.
    """
    refuse_owner(invitation.role, may_manage_owners=may_manage_owners)
    _lock_open(invitation)
    invitation.revoked_at = now
    record("invitation.revoked", invitation, by=by, now=now, sub_account_id=invitation.sub_account_id)


def accept(invitation: Invitation, person: Person, *, by: Actor, now: datetime) -> None:
    """Give the invited person the role. A role they were given there meanwhile stays as it is.

    Raises:
        InvitationOver: accepted (of two at once, by the first), revoked, or over its time.
    """
    _lock_open(invitation)
    if invitation.expires_at <= now:
        raise InvitationOver
    invitation.accepted_at = now
    record("invitation.accepted", invitation, by=by, now=now, sub_account_id=invitation.sub_account_id)
    if not _is_member(person.email, invitation.sub_account_id):
        grant_role(person=person, role=invitation.role, sub_account_id=invitation.sub_account_id, by=by, now=now)


def _lock_open(invitation: Invitation) -> None:
    session.refresh(invitation, with_for_update=True)
    if invitation.accepted_at is not None or invitation.revoked_at is not None:
        raise InvitationOver
