"""The portal's letters, in the receiver's language and under the sub-account's face."""

from datetime import datetime
from uuid import UUID

from agency.foundation.contrast import derive_accent
from agency.foundation.mail.operations import post
from agency.foundation.tokens import Token
from agency.staff.mails import full_address
from agency.tenants.queries import agency, sub_account
from subaccounts.portal.models.access import AccessRequest
from subaccounts.portal.models.identities import Identity, LinkPurpose
from subaccounts.portal.queries import portal_of

TEMPLATES = {
    LinkPurpose.WELCOME: "portal_welcome",
    LinkPurpose.SIGN_IN: "portal_sign_in",
    LinkPurpose.NEW_EMAIL: "portal_new_email",
}
ENDPOINTS = {
    LinkPurpose.WELCOME: "portal_links.open_link",
    LinkPurpose.SIGN_IN: "portal_links.open_link",
    LinkPurpose.NEW_EMAIL: "portal_links.prove_email",
}


def mail_portal_link(
    identity: Identity, purpose: LinkPurpose, token: Token, code: str, *, to: str | None = None, now: datetime
) -> None:
    """Send a link and its code to the identity, or ``to`` the new address that it is to prove."""
    url = full_address(ENDPOINTS[purpose], portal=portal_of(identity.sub_account_id).slug, text=str(token))
    mail_identity(TEMPLATES[purpose], identity, to=to, now=now, url=url, code=f"{code[:4]} {code[4:]}")


def mail_identity(
    template: str, identity: Identity, *, to: str | None = None, now: datetime, **context: object
) -> None:
    """Any letter to somebody who is known here."""
    context |= {"name": identity.name}
    _mail(template, identity.sub_account_id, to or identity.email, identity.locale, context, now=now)


def mail_declined(asked: AccessRequest, *, now: datetime) -> None:
    """That staff did not let in who asked."""
    _mail("portal_declined", asked.sub_account_id, asked.email, None, {"name": asked.name}, now=now)


def _mail(
    template: str, sub_account_id: UUID, to: str, language: str | None, context: dict[str, object], *, now: datetime
) -> None:
    seller, portal = sub_account(sub_account_id), portal_of(sub_account_id)
    face: dict[str, object] = {}
    if portal.logo_digest is not None:
        face["logo_url"] = full_address("portal_entry.logo", portal=portal.slug, digest=portal.logo_digest)
    colour = portal.accent or agency().accent
    if colour is not None:
        accent = derive_accent(colour)
        face |= {"accent": accent.light, "accent_ink": accent.light_ink}
    name = portal.name or seller.name
    post(
        template,
        to=to,
        language=language or seller.locale,
        sender_name=name,
        now=now,
        sub_account_id=seller.id,
        portal_name=name,
        **face,
        **context,
    )
