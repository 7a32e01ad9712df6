"""Many documents at once: opened, or downloaded."""

import zipfile
from collections.abc import Sequence
from io import BytesIO
from uuid import UUID

from flask import Response, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from marshmallow import fields, validate

from agency.foundation import clock
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.errors import DomainError, NotAllowed, NotFound
from agency.foundation.forms import Form
from agency.foundation.paging import LIMIT_MAX
from agency.foundation.schemas import FormSchema, TypedId, one_of
from subaccounts.invoices import queries
from subaccounts.invoices.models.drafts import InvoiceDraft
from subaccounts.invoices.operations.documents import csv_of, detailed_csv_of
from subaccounts.invoices.operations.opening import open_many
from subaccounts.invoices.queries import DRAFT, Document
from subaccounts.invoices.routes.desk.places import BILLED, DESK, OWN, Place, as_payer, in_console, in_panel, place
from subaccounts.invoices.routes.files import pdf_bytes

CHUNK = 2_000


class Chosen(FormSchema):
    document = fields.List(TypedId("inv"), required=True, validate=validate.Length(1, LIMIT_MAX))
    act = fields.String(required=True, validate=one_of(("open", "pdf", "csv", "detailed")))


@in_panel.post(f"{OWN}/chosen")
@in_console.post(f"{DESK}/chosen")
@as_payer.post(f"{BILLED}/chosen")
@permits("invoices.read")
def chosen() -> ResponseReturnValue:
    """What is done with the rows that were ticked."""
    at = place()
    wish = Form(Chosen()).load()
    if wish is None:
        flash(_("Tick one document or more first."), "error")
        return redirect(at.url("index"))
    documents = list(queries.every_document(at.wanted(among=wish["document"], opened=at.is_payer)))
    if len(documents) < len(set(wish["document"])):
        raise NotFound
    if wish["act"] == "open":
        return _opened(at, [row.id for row in documents])
    if wish["act"] == "pdf":
        return _zipped(documents)
    write = csv_of if wish["act"] == "csv" else detailed_csv_of
    said = queries.said_of_many(documents)
    return write("invoices", [(row.public_id, said[row.id]) for row in documents])


@in_panel.post(f"{OWN}/open-all")
@in_console.post(f"{DESK}/open-all")
@permits("invoices.manage")
def open_all() -> ResponseReturnValue:
    """Open every draft of the place, chunk by chunk; what cannot be opened stays a draft and is named."""
    at = place()
    wanted = [row.id for row in queries.every_document(at.wanted(status=DRAFT))][::-1]
    return _opened(at, wanted)


def _opened(at: Place, document_ids: Sequence[UUID]) -> ResponseReturnValue:
    if not at.may_manage:
        raise NotAllowed
    opened, refused = 0, dict[UUID, DomainError]()
    for start in range(0, len(document_ids), CHUNK):
        with transaction():
            part = open_many(document_ids[start : start + CHUNK], by=current_actor(), now=clock.now())
        opened += len(part.invoices)
        refused |= part.refused
    if opened:
        flash(ngettext("%(num)d invoice opened.", "%(num)d invoices opened.", opened), "success")
    for text, number in _counted(refused).items():
        flash(_("%(number)d not opened: %(reason)s", number=number, reason=text), "error")
    return redirect(at.url("index"))


def _counted(refused: dict[UUID, DomainError]) -> dict[str, int]:
    texts = [str(refusal) for refusal in refused.values()]
    return {text: texts.count(text) for text in dict.fromkeys(texts)}


def _zipped(documents: Sequence[Document]) -> Response:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, transaction():
        for row in documents:
            name = row.public_id if isinstance(row, InvoiceDraft) else row.number_text
            archive.writestr(f"{name}.pdf", pdf_bytes(row, now=clock.now()))
    answer = Response(packed.getvalue(), mimetype="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="invoices.zip"'
    return answer
