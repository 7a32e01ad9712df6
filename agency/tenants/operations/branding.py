from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects.postgresql import insert

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record_change
from agency.foundation.contrast import MalformedColour, UnreadableAccent, derive_accent, normalised
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError
from agency.tenants.logo import Logo, read_logo
from agency.tenants.models import Agency, KeptLogo


class ColourMalformed(DomainError):
    status = 422
    field = "accent"
    message = _l("Write the colour as # and six digits or letters from a to f, such as #0b5f7c.")


class ColourUnreadable(DomainError):
    status = 422
    field = "accent"
    message = _l("Words in this colour could not be read on a light page. The nearest that can is %(nearest)s.")


def brand_agency(agency: Agency, *, accent: str | None, portal_name: str | None, by: Actor, now: datetime) -> None:
    """Set the colour and the portal's name; None takes the platform's own.

    Raises:
        ColourMalformed, ColourUnreadable: nothing is changed.
    """
    changes = {"accent": readable_accent(accent) if accent else None, "portal_name": portal_name}
    record_change("agency.branded", agency, changes, by=by, now=now)


def readable_accent(typed: str) -> str:
    """The colour as it is kept, once it is sure that people can read it.

    Raises:
        ColourMalformed, ColourUnreadable: with the sentence to show.
    """
    try:
        derive_accent(typed)
    except MalformedColour as error:
        raise ColourMalformed from error
    except UnreadableAccent as error:
        raise ColourUnreadable(nearest=error.nearest) from error
    return normalised(typed)


def set_logo(agency: Agency, upload: bytes, *, by: Actor, now: datetime) -> None:
    """Keep the picture, written anew.

    Raises:
        LogoRefused: it is too large, or no picture of the kinds we take.
    """
    logo = read_logo(upload)
    keep_logo(logo)
    record_change("agency.branded", agency, {"logo": logo.png, "logo_digest": logo.digest}, by=by, now=now)


def keep_logo(logo: Logo) -> None:
    """For good: documents that name its digest show it, whatever comes after it."""
    session.execute(insert(KeptLogo).values(digest=logo.digest, png=logo.png).on_conflict_do_nothing())


def remove_logo(agency: Agency, *, by: Actor, now: datetime) -> None:
    record_change("agency.branded", agency, {"logo": None, "logo_digest": None}, by=by, now=now)
