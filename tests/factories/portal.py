from io import BytesIO

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from agency.foundation import clock
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.tenancy import scope
from agency.foundation.tokens import Token
from agency.tenants.models import SubAccount
from subaccounts.customers.models import Customer
from subaccounts.portal import queries
from subaccounts.portal.models.access import Grant
from subaccounts.portal.models.identities import Identity
from subaccounts.portal.operations.granting import GrantWish, grant_access
from subaccounts.portal.operations.portals import set_portal_logo
from subaccounts.portal.operations.sessions import begin_session
from tests.factories.tenants import NOON

GUARDIAN = "marta@example.com"


def granted(to: Customer, *, email: str = GUARDIAN, name: str = "Marta Ruiz", **wish: object) -> Grant:
    """Somebody who may open the customer's billing from the factories' noon on."""
    with scope.of_agency(to.agency_id), transaction():
        values = {"begins_on": NOON.date()} | wish
        found = grant_access(to, GrantWish(email=email, name=name, **values), by=OPERATOR, now=NOON)
    session.remove()
    return found


def identity(of: Grant) -> Identity:
    with scope.of_agency(of.agency_id), transaction():
        found = queries.identity(of.identity_id)
    session.remove()
    return found


def dressed(of: SubAccount) -> None:
    """Give its portal and documents a logo."""
    picture = BytesIO()
    Image.new("RGB", (80, 20), "teal").save(picture, "PNG")
    with scope.of_agency(of.agency_id), transaction():
        set_portal_logo(queries.portal_of(of.id), picture.getvalue(), by=OPERATOR, now=NOON)
    session.remove()


def slug(of: SubAccount) -> str:
    with scope.of_agency(of.agency_id), transaction():
        found = queries.portal_of(of.id).slug
    session.remove()
    return found


def session_token(of: Grant) -> Token:
    with scope.of_agency(of.agency_id), transaction():
        me = queries.identity(of.identity_id)
        return begin_session(me, browser="Tests", by=OPERATOR, now=clock.wall())


def signed_in(app: Flask, of: Grant, at: SubAccount) -> FlaskClient:
    """A browser in which whoever holds the grant is signed in to the portal."""
    client = app.test_client()
    address, token = slug(at), str(session_token(of))
    session.remove()
    with client.session_transaction() as cookie:
        cookie["portals"] = {address: token}
    return client
