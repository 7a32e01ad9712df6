"""What the addresses of the portal name, and its visitors."""

from flask import Flask
from sqlalchemy import select

from agency.foundation import clock
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from subaccounts.invoices.models.invoices import Invoice
from subaccounts.portal.models.access import AccessRequest
from subaccounts.portal.models.identities import PortalSession
from subaccounts.portal.operations.requests import ask_for_access
from tests.factories import invoices, portal
from tests.walls.world import Side, Visitor, form_header


def profile(side: Side):
    """The customer of the invoice that the matrix names, so that nothing but the walls can refuse it."""
    with scope.of_agency(side.agency.id), transaction():
        return session.scalars(select(Invoice.customer_id).where(Invoice.id == side.ids["invoice_id"])).one()


def grant(side: Side):
    customer = invoices.customer(side.sub_account, name=f"{side.agency.name} Patient")
    return portal.granted(customer).id


def portal_session(side: Side):
    granted = portal.granted(invoices.customer(side.sub_account, name="Somebody"), email="other@example.com")
    portal.session_token(granted)
    return newest(side, PortalSession)


def request(side: Side):
    with scope.of_agency(side.agency.id), transaction():
        asked = {"name": "Iris", "email": "iris@example.com", "note": None}
        ask_for_access(side.sub_account.id, **asked, by=OPERATOR, now=clock.wall())
    return newest(side, AccessRequest)


def newest(side: Side, model: type):
    with scope.of_agency(side.agency.id), transaction():
        return session.scalars(select(model.id).order_by(model.id.desc())).first()


BUILDERS = {
    "portal": lambda side: portal.slug(side.sub_account),
    "profile_id": profile,
    "grant_id": grant,
    "session_id": portal_session,
    "request_id": request,
}


def visitor(app: Flask, name: str, side: Side, *, at: object, spoil: str = "") -> Visitor:
    """Somebody signed in to a portal; with ``spoil`` their session is then ended in that way."""
    customer = invoices.customer(at, name=name)
    granted = portal.granted(customer, email=f"{name.replace(' ', '-')}@example.com")
    client = portal.signed_in(app, granted, at)
    with client.session_transaction() as cookie:
        token = next(iter(cookie["portals"].values()))
        # Tried at the visited portal, whichever it was given at.
        cookie["portals"] = {side.ids["portal"]: f"{token[:-4]}AAAA" if spoil == "forged" else token}
    return Visitor(name, client, form_header(app) | {"Accept": "text/html"}, kind="portal")
