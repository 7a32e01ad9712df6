from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from agency.foundation import clock
from agency.foundation.database.session import session, transaction
from agency.foundation.jobs.registry import job
from agency.foundation.tenancy import scope
from agency.tenants.queries import sub_account
from subaccounts.portal.calendar import today_at
from subaccounts.portal.links import issue_link
from subaccounts.portal.mails import mail_portal_link
from subaccounts.portal.models.identities import Identity, LinkPurpose, PortalLink
from subaccounts.portal.passing import let_go
from subaccounts.portal.queries import is_let_in, is_taken

# A typed card whose payment never came, or is still under way, is looked at again after this.
PATIENCE = timedelta(hours=1)


@job()
def send_portal_link(*, link_id: str, sub_account_id: str, email: str, purpose: str) -> None:
    """Write an address a link if it is somebody's who may come in, else nothing.

    A worker finds out, so that a known address and an unknown one are answered alike, and as fast.
    """
    now = clock.wall()
    with transaction():
        known = select(Identity).where(Identity.sub_account_id == UUID(sub_account_id), Identity.email == email)
        identity = session.scalar(known)
        if identity is None or not is_let_in(
            identity.id, today=today_at(sub_account(identity.sub_account_id), clock.now())
        ):
            return
        if session.get(PortalLink, (scope.agency_id(), UUID(link_id))) is not None:
            return
        word = LinkPurpose(purpose)
        token, code = issue_link(identity, word, email=email, link_id=UUID(link_id), now=now)
        mail_portal_link(identity, word, token, code, now=now)


@job()
def send_new_email_link(*, link_id: str, identity_id: str, email: str) -> None:
    """Ask a new address to prove itself. One that somebody else of the portal has gets nothing."""
    now = clock.wall()
    with transaction():
        identity = session.get(Identity, (scope.agency_id(), UUID(identity_id)))
        if identity is None or is_taken(identity, email):
            return
        if session.get(PortalLink, (scope.agency_id(), UUID(link_id))) is not None:
            return
        token, code = issue_link(identity, LinkPurpose.NEW_EMAIL, email=email, link_id=UUID(link_id), now=now)
        mail_portal_link(identity, LinkPurpose.NEW_EMAIL, token, code, to=email, now=now)


@job()
def let_card_go(*, card_id: str) -> None:
    """Take off a card that was typed for one payment, once that is over."""
    with transaction():
        if not let_go(UUID(card_id), now=clock.now()):
            let_card_go.later(card_id=card_id, wait=PATIENCE)
