import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import insert

from agency.foundation import events, ids
from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record, record_change
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.foundation.tenancy import scope
from agency.foundation.tenant_roots.models import TenantRoot
from agency.tenants.events import AgencyOpened
from agency.tenants.models import Agency


class SlugTaken(DomainError):
    status = 422
    field = "slug"
    message = _l("Another agency has this address. Choose another.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyWish:
    """What an agency is opened with; codes are ISO 3166, ISO 4217 and IANA."""

    name: str
    country: str
    currency: str
    time_zone: str
    locale: str
    slug: str | None = None
    is_sandbox: bool = False


def slug_of(name: str) -> str:
    """``Estudio Ñandú`` becomes ``estudio-nandu``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "agency"


def open_agency(wish: AgencyWish, *, by: Actor, now: datetime) -> Agency:
    """Make a tenant, in the scope of its new id (``tenancy.of_agency(ids.new_id())``), which the caller enters.

    Raises:
        SlugTaken: the address was asked for by name and belongs to another agency.
    """
    slug = _claim_slug(wish, now=now)
    agency = Agency(
        name=wish.name,
        slug=slug,
        country=wish.country,
        currency=wish.currency,
        time_zone=wish.time_zone,
        locale=wish.locale,
        created_at=now,
    )
    session.add(agency)
    session.flush()
    record("agency.opened", agency, by=by, now=now, after={"slug": slug, "sandbox": wish.is_sandbox})
    events.publish(AgencyOpened(agency=agency, by=by, at=now))
    return agency


def _claim_slug(wish: AgencyWish, *, now: datetime) -> str:
    """Add the root under the address asked for, or under one made from the name."""
    wished = wish.slug or slug_of(wish.name)
    if _add_root(wished, wish, now=now):
        return wished
    if wish.slug:
        raise SlugTaken
    longer = f"{wished}-{ids.encode_bare(scope.agency_id())[-6:]}"
    if not _add_root(longer, wish, now=now):
        raise SlugTaken
    return longer


def _add_root(slug: str, wish: AgencyWish, *, now: datetime) -> bool:
    """Row-level security hides other agencies, so the unique index is asked by the insert itself."""
    added = session.scalar(
        insert(TenantRoot)
        .values(
            slug=slug,
            is_sandbox=wish.is_sandbox,
            sandbox_time=now if wish.is_sandbox else None,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["slug"])
        .returning(TenantRoot.slug)
    )
    return added is not None


def change_agency(agency: Agency, changes: dict[str, Any], *, by: Actor, now: datetime) -> None:
    """Set the given fields of settings or branding."""
    record_change("agency.changed", agency, changes, by=by, now=now)
