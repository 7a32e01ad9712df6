"""One press, or one click in a mail program, stops the letters of a kind; looking at the page changes nothing."""

from collections.abc import Callable
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from agency.foundation.access.blueprints import outside
from agency.foundation.access.marks import public
from agency.foundation.database.session import session, transaction
from agency.foundation.errors import NotFound
from agency.notices.operations import choose_notices
from agency.notices.queries import wanted_by
from agency.notices.rules import Notice
from agency.notices.stopping import Stop
from agency.notices.words import NOTICES
from agency.staff.models import Person
from agency.staff.routes.entering import enter_agency, settle_visitor
from agency.tenants.branding import tenant_shown
from agency.tenants.queries import sub_account
from subaccounts.customers.letters import choose_letters, wanted_letters
from subaccounts.customers.rules import Letter
from subaccounts.customers.words import LETTERS

pages = outside("stopping", __name__)
pages.before_request(settle_visitor)
AGAIN = "again"


@pages.get("/letters/<text>")
@public("Its secret address stops the letters in which it stands.")
def show(text: str) -> ResponseReturnValue:
    return _page(_entered(text), text, done=None)


@pages.post("/letters/<text>")
@public("Its secret address stops the letters in which it stands.")
def stop(text: str) -> ResponseReturnValue:
    """Mail programs post here without a session: the address itself is the permission."""
    found, again = _entered(text), AGAIN in request.form
    with transaction():
        CHOICES[found.family](found, again)
    return _page(found, text, done=AGAIN if again else "stopped")


def _entered(text: str) -> Stop:
    found = Stop.read(text)
    if found is None:
        raise NotFound
    enter_agency(found.agency_id)
    return found


def _page(found: Stop, text: str, *, done: str | None) -> ResponseReturnValue:
    with transaction():
        client = sub_account(found.sub_account_id)
        tenant = tenant_shown() | ({"name": client.name} if found.family == LETTER else {})
    kind = LETTERS[Letter(found.kind)] if found.family == LETTER else NOTICES[Notice(found.kind)]
    return render_template("subaccounts/customers/stop.html", tenant=tenant, kind=kind, text=text, done=done)


def _choose_letter(found: Stop, again: bool) -> None:  # noqa: FBT001  # As the table below calls it.
    letter, wanted = Letter(found.kind), set(wanted_letters(found.whom, sub_account_id=found.sub_account_id))
    choose_letters(found.whom, wanted | {letter} if again else wanted - {letter}, sub_account_id=found.sub_account_id)


def _choose_notice(found: Stop, again: bool) -> None:  # noqa: FBT001  # The same.
    person_id, notice = UUID(found.whom), Notice(found.kind)
    if session.get(Person, (found.agency_id, person_id)) is None:
        raise NotFound
    wanted = set(wanted_by(person_id, sub_account_id=found.sub_account_id))
    choose_notices(person_id, wanted | {notice} if again else wanted - {notice}, sub_account_id=found.sub_account_id)


LETTER = "letter"
CHOICES: dict[str, Callable[[Stop, bool], None]] = {LETTER: _choose_letter, "notice": _choose_notice}
