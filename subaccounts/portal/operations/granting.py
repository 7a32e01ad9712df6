"""Staff let people in to a customer's billing, see who is in, and turn them out."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from agency.foundation import ids
from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.database.uniqueness import unique
from agency.foundation.errors import DomainError
from agency.foundation.tenancy import scope
from subaccounts.customers.models import Customer
from subaccounts.portal.jobs import send_portal_link
from subaccounts.portal.links import end_links
from subaccounts.portal.models.access import Grant, GrantScope
from subaccounts.portal.models.identities import Identity, LinkPurpose
from subaccounts.portal.operations.sessions import end_sessions


class AlreadyGranted(DomainError):
    status = 422
    field = "email"
    message = _l("This address can open this customer's billing already.")


class EndsBeforeItBegins(DomainError):
    status = 422
    field = "ends_on"
    message = _l("The last day lies before the first one.")


class GrantOver(DomainError):
    status = 409
    message = _l("This access was revoked already.")


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantWish:
    """Who may open a customer's billing; both days are included, and None is without an end."""

    email: str
    name: str
    begins_on: date
    ends_on: date | None = None
    scope: GrantScope = GrantScope.BILLING


def grant_access(customer: Customer, wish: GrantWish, *, by: Actor, now: datetime) -> Grant:
    """Let an address manage a customer, and write it a welcome that registers and signs in.

    Raises:
        AlreadyGranted: nothing is changed and nothing sent.
        EndsBeforeItBegins: the same.
    """
    if wish.ends_on is not None and wish.ends_on < wish.begins_on:
        raise EndsBeforeItBegins
    identity = _identity(customer, wish, now=now)
    grant = Grant(
        sub_account_id=customer.sub_account_id,
        identity_id=identity.id,
        customer_id=customer.id,
        scope=wish.scope,
        begins_on=wish.begins_on,
        ends_on=wish.ends_on,
        granted_at=now,
        granted_by=by.name,
    )
    with unique(AlreadyGranted):
        session.add(grant)
    said = {
        "email": identity.email,
        "begins_on": wish.begins_on.isoformat(),
        "ends_on": wish.ends_on.isoformat() if wish.ends_on else None,
    }
    record("portal.access_granted", customer, by=by, now=now, after=said, sub_account_id=customer.sub_account_id)
    mail_link(identity, LinkPurpose.WELCOME)
    return grant


def _identity(customer: Customer, wish: GrantWish, *, now: datetime) -> Identity:
    """One per address and sub-account, whoever grants first."""
    session.execute(
        insert(Identity)
        .values(
            sub_account_id=customer.sub_account_id,
            email=wish.email,
            name=wish.name,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["agency_id", "sub_account_id", "email"])
    )
    return session.scalars(
        select(Identity).where(Identity.sub_account_id == customer.sub_account_id, Identity.email == wish.email)
    ).one()


def revoke_access(grant: Grant, customer: Customer, *, by: Actor, now: datetime, wall: datetime) -> None:
    """Take a customer from an identity; with its last one every sign-in and link of it ends.

    Raises:
        GrantOver: it was revoked before.
    """
    if grant.revoked_at is not None:
        raise GrantOver
    grant.revoked_at, grant.revoked_by = now, by.name
    identity = session.get_one(Identity, (scope.agency_id(), grant.identity_id))
    record(
        "portal.access_revoked",
        customer,
        by=by,
        now=now,
        before={"email": identity.email},
        sub_account_id=customer.sub_account_id,
    )
    session.flush()
    left = select(Grant.id).where(Grant.identity_id == identity.id, Grant.revoked_at.is_(None)).limit(1)
    if session.scalar(left) is None:
        end_links(identity.id, now=wall)
        end_sessions(identity.id, now=wall)


def reset_access(grant: Grant, customer: Customer, *, by: Actor, now: datetime, wall: datetime) -> None:
    """Turn out whoever is signed in as the identity, spoil what was mailed, and send a fresh link.

    Raises:
        GrantOver: it was revoked before.
    """
    if grant.revoked_at is not None:
        raise GrantOver
    identity = session.get_one(Identity, (scope.agency_id(), grant.identity_id))
    end_links(identity.id, now=wall)
    end_sessions(identity.id, now=wall)
    record(
        "portal.access_reset",
        customer,
        by=by,
        now=now,
        after={"email": identity.email},
        sub_account_id=customer.sub_account_id,
    )
    mail_link(identity, LinkPurpose.SIGN_IN)


def mail_link(identity: Identity, purpose: LinkPurpose) -> None:
    """Have a worker write the identity a link."""
    send_portal_link.later(
        link_id=str(ids.new_id()),
        sub_account_id=str(identity.sub_account_id),
        email=identity.email,
        purpose=purpose.value,
    )
