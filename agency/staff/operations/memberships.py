from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.database.uniqueness import unique
from agency.foundation.errors import DomainError, NotAllowed, NotFound
from agency.staff.models import Membership, Person
from agency.staff.queries import publishes
from agency.staff.roles import OWNERS, Role, roles_at


class AlreadyMember(DomainError):
    status = 422
    field = "email"
    message = _l("This person is already on the team.")


class RoleNotHere(DomainError):
    status = 422
    field = "role"
    message = _l("There is no such role here. Choose one from the list.")


class OwnersOnly(NotAllowed):
    field = "role"
    message = _l("Only an owner may give, change or take the role of owner.")


class LastOwner(DomainError):
    field = "role"
    message = _l("This is the only owner. Make somebody else an owner first.")


def grant_role(
    *, person: Person, role: Role, sub_account_id: UUID | None = None, by: Actor, now: datetime
) -> Membership:
    """Give a person a role in the agency, or with ``sub_account_id`` in that sub-account's panel.

    Raises:
        RoleNotHere: the role belongs to the other kind of place.
        AlreadyMember: they have a role there; change that one.
    """
    # A publisher's first role makes the tenant one: the operator gives it.
    if role is not Role.PUBLISHER or sub_account_id is not None:
        refuse_strange_role(role, sub_account_id)
    membership = Membership(person_id=person.id, sub_account_id=sub_account_id, role=role, created_at=now)
    with unique(AlreadyMember):
        session.add(membership)
    record("role.granted", person, by=by, now=now, after={"role": role}, sub_account_id=sub_account_id)
    return membership


def refuse_strange_role(role: Role, sub_account_id: UUID | None) -> None:
    if role not in roles_at(sub_account_id, publishes=publishes()):
        raise RoleNotHere


def refuse_owner(role: Role, *, may_manage_owners: bool) -> None:
    if role in OWNERS and not may_manage_owners:
        raise OwnersOnly


def change_role(membership: Membership, role: Role, *, may_manage_owners: bool, by: Actor, now: datetime) -> None:
    """Give a member another role.

    Raises:
        RoleNotHere: the role belongs to the other kind of place.
        OwnersOnly: an owner is touched, or made, by somebody who may not.
        LastOwner: nobody would be left to manage the place.
        NotFound: removed meanwhile.
    """
    refuse_strange_role(role, membership.sub_account_id)
    former = _lock(membership)
    for touched in (former, role):
        refuse_owner(touched, may_manage_owners=may_manage_owners)
    if former is role:
        return
    _refuse_last_owner(membership)
    membership.role = role
    record(
        "role.changed",
        session.get_one(Person, (membership.agency_id, membership.person_id)),
        by=by,
        now=now,
        before={"role": former},
        after={"role": role},
        sub_account_id=membership.sub_account_id,
    )


def remove_member(membership: Membership, *, may_manage_owners: bool, by: Actor, now: datetime) -> None:
    """Take a person's role at a place; they stay known, with what they did.

    Raises:
        OwnersOnly: an owner is removed by somebody who may not.
        LastOwner: nobody would be left to manage the place.
        NotFound: removed meanwhile.
    """
    former = _lock(membership)
    refuse_owner(former, may_manage_owners=may_manage_owners)
    _refuse_last_owner(membership)
    person = session.get_one(Person, (membership.agency_id, membership.person_id))
    session.delete(membership)
    record(
        "role.removed",
        person,
        by=by,
        now=now,
        before={"role": former},
        sub_account_id=membership.sub_account_id,
    )


def _lock(membership: Membership) -> Role:
    """Lock the owners of the place first, so that two owners cannot remove each other at once."""
    session.execute(
        select(Membership.id)
        .where(
            Membership.sub_account_id.is_not_distinct_from(membership.sub_account_id),
            Membership.role.in_(OWNERS),
        )
        .order_by(Membership.id)
        .with_for_update()
    )
    locked = session.scalar(
        select(Membership)
        .where(Membership.id == membership.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if locked is None:
        raise NotFound
    return locked.role


def _refuse_last_owner(membership: Membership) -> None:
    if membership.role not in OWNERS:
        return
    others = session.scalar(
        select(Membership.id)
        .where(
            Membership.sub_account_id.is_not_distinct_from(membership.sub_account_id),
            Membership.role.in_(OWNERS),
            Membership.id != membership.id,
        )
        .limit(1)
    )
    if others is None:
        raise LastOwner
