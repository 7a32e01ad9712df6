"""A sub-account's portal: opened with it, then named and coloured by it."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import insert

from agency.foundation import ids
from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record_change
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.tenants.logo import read_logo
from agency.tenants.models import SubAccount
from agency.tenants.operations.agencies import slug_of
from agency.tenants.operations.branding import keep_logo, readable_accent
from subaccounts.invoices.operations.selling import change_terms
from subaccounts.portal.models.portals import Portal


class PortalAddressTaken(DomainError):
    status = 422
    field = "slug"
    message = _l("Another portal has this address. Choose another.")


def open_portal(sub_account: SubAccount, *, now: datetime) -> None:
    """Give a sub-account its portal, at an address made from its name."""
    wished = slug_of(sub_account.name)
    longer = f"{wished}-{ids.encode_bare(sub_account.id)[-8:]}"
    if not _claim(sub_account, wished, now=now) and not _claim(sub_account, longer, now=now):
        raise PortalAddressTaken


def _claim(sub_account: SubAccount, slug: str, *, now: datetime) -> bool:
    """Row-level security hides other tenants' portals, so the unique index is asked by the insert itself."""
    values = {"sub_account_id": sub_account.id, "slug": slug, "created_at": now}
    claimed = insert(Portal).values(**values).on_conflict_do_nothing(index_elements=["slug"]).returning(Portal.slug)
    return session.scalar(claimed) is not None


def brand_portal(portal: Portal, *, name: str | None, accent: str | None, by: Actor, now: datetime) -> None:
    """Set the name, and the colour of the portal and of documents; None takes the sub-account's and its agency's.

    Raises:
        ColourMalformed, ColourUnreadable: nothing is changed.
    """
    changes = {"name": name, "accent": readable_accent(accent) if accent else None}
    change_terms(portal.sub_account_id, {"accent": changes["accent"]}, by=by, now=now)
    record_change("portal.changed", portal, changes, by=by, now=now, sub_account_id=portal.sub_account_id)


def set_portal_logo(portal: Portal, upload: bytes | None, *, by: Actor, now: datetime) -> None:
    """Keep the picture, written anew, for the portal and for documents; None takes it away.

    Raises:
        LogoRefused: it is too large, or no picture of the kinds we take.
    """
    logo = read_logo(upload) if upload is not None else None
    if logo is not None:
        keep_logo(logo)
    change_terms(portal.sub_account_id, {"logo_digest": logo.digest if logo else None}, by=by, now=now)
    changes = {"logo": logo.png if logo else None, "logo_digest": logo.digest if logo else None}
    record_change("portal.changed", portal, changes, by=by, now=now, sub_account_id=portal.sub_account_id)
