"""Usage from a file, in the console: sent, read in parts, each bad line named."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from agency.foundation import clock
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import session, transaction
from agency.foundation.errors import NotFound
from agency.foundation.forms import Form
from agency.foundation.schemas import FormSchema
from agency.foundation.tenancy import scope
from subaccounts.usage.files import NEEDED, OPTIONAL, FileMissing
from subaccounts.usage.jobs import read_file
from subaccounts.usage.models.uploads import UsageUpload
from subaccounts.usage.operations.uploading import take_file
from subaccounts.usage.routes.places import TAB, in_console, place_at
from subaccounts.usage.rules.answers import Outcome
from subaccounts.usage.rules.events import Fault
from subaccounts.usage.words import CONFLICT, FAULTS

NAME_LENGTH_MAX = 120


@in_console.route(f"{TAB}/file", methods=["GET", "POST"])
@permits("usage.write")
def send_file(sub_account_id: UUID) -> ResponseReturnValue:
    at = place_at(sub_account_id)
    form = Form(FormSchema())
    if form.load() is not None:
        with form.catching(), transaction():
            sent = request.files.get("file")
            if sent is None or not sent.filename:
                raise FileMissing
            name = "".join(filter(str.isprintable, sent.filename))[-NAME_LENGTH_MAX:]
            upload = take_file(at.sub_account, sent.read(), name=name, by=current_actor(), now=clock.now())
            read_file.later(upload_id=str(upload.id))
            return redirect(at.url("file", upload_id=upload.id))
    return form.page("subaccounts/usage/send_file.html", at=at, needed=NEEDED, optional=OPTIONAL)


@in_console.get(f"{TAB}/file/<id(upl):upload_id>")
@permits("usage.write")
def file(sub_account_id: UUID, upload_id: UUID) -> str:
    """How far it is read, and what was wrong with which line."""
    at = place_at(sub_account_id)
    upload = session.get(UsageUpload, (scope.agency_id(), upload_id))
    if upload is None or upload.sub_account_id != at.sub_account.id:
        raise NotFound
    return render_template(
        "subaccounts/usage/file.html", at=at, upload=upload, faults=[_fault(each) for each in upload.faults]
    )


def _fault(kept: dict[str, Any]) -> dict[str, Any]:
    reason = kept["reason"]
    return kept | {"sentence": CONFLICT if reason == Outcome.CONFLICT else FAULTS[Fault(reason)]}
