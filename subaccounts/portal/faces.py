"""Whose portal an address is, and who has come in to it: read before each page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, func, select

from agency.foundation.database.session import session, transaction
from agency.foundation.errors import NotFound
from agency.foundation.tenancy import scope
from agency.foundation.tenant_roots.models import TenantRoot
from agency.foundation.tokens import Token
from agency.tenants.models import Agency, SubAccount
from subaccounts.portal.models.identities import Identity, PortalSession
from subaccounts.portal.models.portals import Portal
from wallet.merchant_accounts.models import MerchantAccount


@dataclass(frozen=True, slots=True)
class Address:
    """Whose portal an address is: enough to enter that tenant's scope, and all that can be read before."""

    agency_id: UUID
    sub_account_id: UUID


def address_of(slug: str) -> Address:
    """Raises NotFound: no portal has this address."""
    with scope.all_tenants(), transaction():
        row = session.execute(select(Portal.agency_id, Portal.sub_account_id).where(Portal.slug == slug)).one_or_none()
    if row is None:
        raise NotFound
    return Address(*row)


# What every page of a portal shows of whose it is. Columns and no rows: this is read before each page, and a statement
# built once, and planned once, costs a fraction of one that is put together each time.
FACE = (
    select(
        Portal.slug,
        func.coalesce(func.nullif(Portal.name, ""), SubAccount.name).label("name"),
        func.coalesce(func.nullif(Portal.accent, ""), Agency.accent).label("accent"),
        Portal.logo_digest,
        Agency.agency_id,
        Agency.slug.label("agency_slug"),
        SubAccount.id.label("sub_account_id"),
        SubAccount.currency,
        SubAccount.country,
        SubAccount.locale,
        SubAccount.time_zone,
        SubAccount.email,
        TenantRoot.sandbox_time,
        select(MerchantAccount.id)
        .where(
            MerchantAccount.agency_id == Portal.agency_id,
            MerchantAccount.sub_account_id == Portal.sub_account_id,
            MerchantAccount.retired_at.is_(None),
        )
        .exists()
        .label("takes_cards"),
    )
    .join(SubAccount, (SubAccount.agency_id == Portal.agency_id) & (SubAccount.id == Portal.sub_account_id))
    .join(Agency, Agency.agency_id == Portal.agency_id)
    .join(TenantRoot, TenantRoot.agency_id == Portal.agency_id)
)
OF_SESSION = (
    FACE.add_columns(
        PortalSession.id.label("session_id"),
        PortalSession.last_seen_at,
        Identity.id.label("identity_id"),
        Identity.name.label("identity_name"),
        Identity.email.label("identity_email"),
        Identity.locale.label("identity_locale"),
    )
    .join(
        PortalSession,
        (PortalSession.agency_id == Portal.agency_id) & (PortalSession.sub_account_id == Portal.sub_account_id),
    )
    .join(Identity, (Identity.agency_id == PortalSession.agency_id) & (Identity.id == PortalSession.identity_id))
    .where(
        PortalSession.digest == bindparam("digest"),
        PortalSession.ended_at.is_(None),
        PortalSession.expires_at > bindparam("now"),
        Portal.slug == bindparam("slug"),
    )
    .execution_options(prepared=True)
)


def face(sub_account_id: UUID) -> Row[Any]:
    """Whose the portal is, for a page to which anybody may come."""
    found = FACE.where(Portal.sub_account_id == sub_account_id).execution_options(prepared=True)
    return session.execute(found).one()


def signed_in(token: Token, slug: str, *, now: datetime) -> Row[Any] | None:
    """Whose session a token is at the portal of that address, with the portal's face; None when it is over."""
    return session.execute(OF_SESSION, {"digest": token.digest, "slug": slug, "now": now}).one_or_none()
