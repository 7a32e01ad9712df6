from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, or_, select

from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.local_days import local_day
from agency.foundation.paging import Page, paged
from agency.foundation.tenancy import scope
from agency.foundation.tokens import Token
from agency.notices.queries import Receiver
from agency.tenants.models import SubAccount
from subaccounts.customers.models import Customer
from subaccounts.portal.models.access import AccessRequest, Grant, RequestState
from subaccounts.portal.models.identities import Identity, PortalLink, PortalSession
from subaccounts.portal.models.portals import Portal


def granted_readers(customer_ids: Collection[UUID], now: datetime) -> dict[UUID, list[Receiver]]:
    """Whoever is let in to a customer's billing reads the letters about it, in the language they chose."""
    rows = session.execute(
        select(Grant, Identity.email, Identity.locale, SubAccount.time_zone)
        .join(Identity, (Identity.agency_id == Grant.agency_id) & (Identity.id == Grant.identity_id))
        .join(SubAccount, (SubAccount.agency_id == Grant.agency_id) & (SubAccount.id == Grant.sub_account_id))
        .where(Grant.customer_id.in_(customer_ids), Grant.revoked_at.is_(None))
        .order_by(Grant.id)
    )
    found: dict[UUID, list[Receiver]] = {}
    for grant, email, locale, zone in rows:
        if grant.is_active(local_day(now, ZoneInfo(zone))):
            found.setdefault(grant.customer_id, []).append(Receiver(email, locale or ""))
    return found


def portal_of(sub_account_id: UUID) -> Portal:
    return session.scalars(select(Portal).where(Portal.sub_account_id == sub_account_id)).one()


def logo(digest: str) -> bytes | None:
    """The picture of the portal in scope, while it is the one of that digest."""
    return session.scalar(select(Portal.logo).where(Portal.logo_digest == digest))


def is_let_in(identity_id: UUID, *, today: date) -> bool:
    """Whether some customer is granted to the identity now, or will be from a later day on."""
    granted = select(Grant.id).where(
        Grant.identity_id == identity_id,
        Grant.revoked_at.is_(None),
        or_(Grant.ends_on.is_(None), Grant.ends_on >= today),
    )
    return session.scalar(granted.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class Profile:
    """A customer that somebody may manage today."""

    id: UUID
    name: str

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper()


PROFILES = (
    select(Customer.id, Customer.name)
    .join(Grant, (Grant.agency_id == Customer.agency_id) & (Grant.customer_id == Customer.id))
    .where(
        Grant.identity_id == bindparam("identity_id"),
        Grant.revoked_at.is_(None),
        Grant.begins_on <= bindparam("today"),
        or_(Grant.ends_on.is_(None), Grant.ends_on >= bindparam("today")),
    )
    .order_by(Customer.name, Customer.id)
    .execution_options(prepared=True)
)


def profiles(identity_id: UUID, *, today: date) -> dict[UUID, Profile]:
    """By id, in the order of their names."""
    rows = session.execute(PROFILES, {"identity_id": identity_id, "today": today})
    return {row.id: Profile(row.id, row.name) for row in rows}


def identity(identity_id: UUID) -> Identity:
    return session.get_one(Identity, (scope.agency_id(), identity_id))


def identity_by_email(sub_account_id: UUID, email: str) -> Identity | None:
    known = select(Identity).where(Identity.sub_account_id == sub_account_id, Identity.email == email)
    return session.scalar(known)


def is_taken(identity: Identity, email: str) -> bool:
    """Whether somebody else comes in to this portal by the address; who asks is not told."""
    known = select(Identity.id).where(Identity.sub_account_id == identity.sub_account_id, Identity.email == email)
    return session.scalar(known) is not None


def link_of(token: Token, sub_account_id: UUID) -> PortalLink | None:
    """A link of this portal, open or over; None for another's and for one that never was."""
    known = select(PortalLink).where(PortalLink.digest == token.digest, PortalLink.sub_account_id == sub_account_id)
    return session.scalar(known)


def signed_in_identity(token: Token, sub_account_id: UUID, now: datetime) -> Identity | None:
    """Whose session a token is, while it lasts."""
    return session.scalar(
        select(Identity)
        .join(
            PortalSession,
            (PortalSession.agency_id == Identity.agency_id) & (PortalSession.identity_id == Identity.id),
        )
        .where(
            PortalSession.digest == token.digest,
            PortalSession.sub_account_id == sub_account_id,
            PortalSession.ended_at.is_(None),
            PortalSession.expires_at > now,
        )
    )


def sessions(identity_id: UUID, now: datetime) -> Sequence[PortalSession]:
    """Where the identity is signed in, the newest first."""
    query = select(PortalSession).where(
        PortalSession.identity_id == identity_id, PortalSession.ended_at.is_(None), PortalSession.expires_at > now
    )
    return session.scalars(query.order_by(PortalSession.id.desc())).all()


@dataclass(frozen=True, slots=True)
class Access:
    """A grant, and who holds it."""

    grant: Grant
    identity: Identity


def access_to(customer_id: UUID) -> list[Access]:
    """Everybody who may or might open a customer's billing, those revoked last."""
    rows = session.execute(
        select(Grant, Identity)
        .join(Identity, (Identity.agency_id == Grant.agency_id) & (Identity.id == Grant.identity_id))
        .where(Grant.customer_id == customer_id)
        .order_by(Grant.revoked_at.is_not(None), Grant.id)
    )
    return [Access(row.Grant, row.Identity) for row in rows]


def access(grant_id: UUID, customer_id: UUID) -> Access:
    """Raises NotFound: none such, or of another customer."""
    found = next((each for each in access_to(customer_id) if each.grant.id == grant_id), None)
    if found is None:
        raise NotFound
    return found


def waiting_requests(sub_account_id: UUID, *, cursor: str | None = None, limit: int = 25) -> Page[AccessRequest]:
    query = select(AccessRequest).where(
        AccessRequest.sub_account_id == sub_account_id, AccessRequest.state == RequestState.WAITING
    )
    return paged(query, AccessRequest.id, cursor=cursor, limit=limit)
