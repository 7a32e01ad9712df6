"""What every page of an agency fetches of its branding; an address never changes what it means, so browsers keep it."""

from uuid import UUID

from flask import Response

from agency.foundation.access.blueprints import outside
from agency.foundation.access.marks import public
from agency.foundation.contrast import MalformedColour, UnreadableAccent, derive_accent
from agency.foundation.errors import NotFound
from agency.foundation.static_files import YEAR_SECONDS
from agency.foundation.tenancy import scope
from agency.tenants import queries

files = outside("branding", __name__)


@files.get("/branding/<id(agy):agency>/logo/<digest>")
@public("Sign-in pages and mails show the logo to people who are not signed in.")
def logo(agency: UUID, digest: str) -> Response:
    with scope.of_agency(agency):
        png = queries.logo(digest)
    if png is None:
        raise NotFound
    return _kept(Response(png, mimetype="image/png"))


@files.get("/branding/colours/<accent>.css")
@public("A stylesheet made from its address alone.")
def colours(accent: str) -> Response:
    try:
        return _kept(Response(derive_accent(accent).stylesheet(), mimetype="text/css"))
    except (MalformedColour, UnreadableAccent) as error:
        raise NotFound from error


def _kept(response: Response) -> Response:
    response.cache_control.public = response.cache_control.immutable = True
    response.cache_control.max_age = YEAR_SECONDS
    return response
