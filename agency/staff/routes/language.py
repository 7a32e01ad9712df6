from flask import redirect, request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_login import current_user

from agency.foundation import clock
from agency.foundation.access.blueprints import outside
from agency.foundation.access.marks import public
from agency.foundation.access.visitor import current_actor, current_visitor
from agency.foundation.database.session import transaction
from agency.foundation.forms import Form
from agency.foundation.tenancy import scope
from agency.staff import queries
from agency.staff.operations.people import change_person
from agency.staff.routes.entering import settle_visitor
from agency.staff.rules import local_path, path_of
from agency.staff.schemas import LanguageForm

language = outside("language", __name__)
language.before_request(settle_visitor)


@language.post("/language")
@public("Everybody reads a language, signed in or not.")
def choose() -> ResponseReturnValue:
    """Keep the choice with the browser, and with the person if one is signed in; then show the same page again."""
    wish = Form(LanguageForm()).load()
    if wish is not None:
        cookie["language"] = wish["language"]
        _keep_with_person(wish["language"])
    return redirect(local_path(path_of(request.referrer or "")) or "/")


def _keep_with_person(code: str) -> None:
    if not current_user.is_authenticated:
        return
    visitor = current_visitor()
    with scope.of_agency(visitor.agency_id), transaction():
        change_person(queries.person(visitor.id), {"locale": code}, by=current_actor(), now=clock.wall())
