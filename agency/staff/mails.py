"""The letters of this feature, in the receiver's language and the agency's name."""

from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app

from agency.foundation.config import Settings
from agency.foundation.contrast import derive_accent
from agency.foundation.ids import encode
from agency.foundation.mail.operations import post
from agency.foundation.tenancy import scope
from agency.foundation.tokens import Token
from agency.staff.models import Invitation, LinkPurpose, Person
from agency.staff.roles import ROLE_NAMES
from agency.tenants.models import Agency, SubAccount

LINK_LETTERS = {
    LinkPurpose.SIGN_IN: ("sign_in_link", "sign_in.open_link"),
    LinkPurpose.SIGN_UP: ("sign_up_link", "sign_up.confirm"),
    LinkPurpose.PASSWORD: ("password_link", "passwords.reset"),
}


def mail_link(person: Person, purpose: LinkPurpose, token: Token, *, agency: Agency, now: datetime) -> None:
    template, endpoint = LINK_LETTERS[purpose]
    _post(
        template,
        agency,
        to=person.email,
        language=person.locale or agency.locale,
        now=now,
        name=person.name,
        url=full_address(endpoint, text=str(token)),
    )


def mail_invitation(
    invitation: Invitation,
    token: Token,
    *,
    agency: Agency,
    sub_account: SubAccount | None,
    language: str,
    now: datetime,
) -> None:
    _post(
        "invitation",
        agency,
        to=invitation.email,
        language=language,
        now=now,
        sub_account_id=invitation.sub_account_id,
        inviter=invitation.invited_by,
        place=sub_account.name if sub_account else agency.name,
        role=ROLE_NAMES[invitation.role],
        url=full_address("invitations.accept", text=str(token)),
    )


def mail_notice(what: object, person: Person, *, agency: Agency, now: datetime) -> None:
    """Tell a person what was changed of that which protects their account: was it not them, they hear of it."""
    _post(
        "account_changed",
        agency,
        to=person.email,
        language=person.locale or agency.locale,
        now=now,
        name=person.name,
        what=what,
        url=full_address("passwords.forgotten"),
    )


def _post(
    template: str,
    agency: Agency,
    *,
    to: str,
    language: str,
    now: datetime,
    sub_account_id: UUID | None = None,
    **context: object,
) -> None:
    post(
        template,
        to=to,
        language=language,
        sender_name=agency.name,
        now=now,
        sub_account_id=sub_account_id,
        agency_name=agency.name,
        **face(agency.accent, agency.logo_digest),
        **context,
    )


def face(colour: str | None, logo_digest: str | None) -> dict[str, str]:
    """A sender's logo and colour for a letter, where it has them; the layout has its own for the rest."""
    shown: dict[str, str] = {}
    if logo_digest is not None:
        seller = encode(Agency.prefix, scope.agency_id())
        shown["logo_url"] = full_address("branding.logo", agency=seller, digest=logo_digest)
    if colour is not None:
        accent = derive_accent(colour)
        shown |= {"accent": accent.light, "accent_ink": accent.light_ink}
    return shown


def full_address(endpoint: str, **values: str) -> str:
    """For letters: built on the platform's own base URL, since a request's Host is whatever a stranger says."""
    settings: Settings = current_app.extensions["settings"]
    parts = urlsplit(settings.base_url)
    adapter = current_app.url_map.bind(parts.netloc, script_name=parts.path or "/", url_scheme=parts.scheme)
    return adapter.build(endpoint, values, force_external=True)
