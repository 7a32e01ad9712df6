"""Invoices for programs: drafts and opened ones under the same id."""

from typing import Any
from uuid import UUID

from flask import g
from flask.views import MethodView
from flask_babel import lazy_gettext as _l

from agency.foundation import clock
from agency.foundation.access.blueprints import api
from agency.foundation.access.marks import permits
from agency.foundation.access.visitor import current_actor
from agency.foundation.database.session import transaction
from agency.foundation.errors import DomainError
from agency.foundation.idempotency.replay import idempotent
from agency.foundation.paging import Page
from subaccounts.invoices import queries
from subaccounts.invoices.answers import shown, shown_lines
from subaccounts.invoices.operations.drafting import draft
from subaccounts.invoices.operations.editing import (
    add_line,
    change_draft,
    change_line,
    correct_payer,
    discard,
    remove_line,
)
from subaccounts.invoices.operations.ending import void, write_off
from subaccounts.invoices.operations.opening import open_draft
from subaccounts.invoices.queries import Document, Wanted
from subaccounts.invoices.schemas import (
    Discarding,
    DraftFields,
    InvoiceAnswer,
    InvoiceQuery,
    Invoices,
    InvoiceWithLines,
    LineFields,
    NewInvoice,
    NewLine,
    PayerCorrection,
    StatusChange,
    WritingOff,
)
from subaccounts.invoices.sellers import SellerAtHand, seller_id
from subaccounts.invoices.wishes import (
    draft_changes,
    draft_wish,
    line_changes,
    line_wish,
    managed,
    refuse_foreign_providers,
)

resources = api("invoices", __name__, description="What an agency bills sub-accounts, and they bill their customers.")
ONE = "/invoices/<id(inv):invoice_id>"


class NoWayBack(DomainError):
    message = _l(
        "An invoice closes by being settled, and is never a draft again."
        " Set it to open or void; to take it back issue a credit note."
    )


@resources.route("/invoices")
class InvoiceList(MethodView):
    @resources.arguments(InvoiceQuery, location="query")
    @resources.response(200, Invoices)
    @permits("invoices.read")
    def get(self, query: dict[str, Any]) -> Page[dict[str, Any]]:
        """List documents, newest first; drafts are listed to their seller alone."""
        cursor, limit = query.pop("cursor", None), query.pop("limit")
        today = SellerAtHand(g.get("place")).today(clock.now())
        page = queries.documents(Wanted(**query, today=today), cursor=cursor, limit=limit)
        return Page([shown(row, today=today) for row in page.rows], page.next_cursor)

    @idempotent
    @resources.arguments(NewInvoice)
    @resources.response(201, InvoiceWithLines)
    @permits("invoices.manage")
    def post(self, said: dict[str, Any]) -> dict[str, Any]:
        """Draft an invoice; its id stays when it is opened."""
        with transaction():
            found = draft(draft_wish(said), by=current_actor(), now=clock.now())
        return answer(found)


@resources.route(ONE)
class OneInvoice(MethodView):
    @resources.response(200, InvoiceWithLines)
    @permits("invoices.read")
    def get(self, invoice_id: UUID) -> dict[str, Any]:
        """A draft or an invoice with its lines."""
        return answer(queries.document(invoice_id))

    @resources.arguments(DraftFields)
    @resources.response(200, InvoiceWithLines)
    @permits("invoices.manage")
    def patch(self, said: dict[str, Any], invoice_id: UUID) -> dict[str, Any]:
        """Change a draft; only what is sent is changed."""
        managed(invoice_id)
        with transaction():
            change_draft(invoice_id, draft_changes(said), by=current_actor(), now=clock.now())
        return answer(queries.document(invoice_id))


@resources.route(f"{ONE}/lines")
class LineList(MethodView):
    @idempotent
    @resources.arguments(NewLine)
    @resources.response(201, InvoiceWithLines)
    @permits("invoices.manage")
    def post(self, said: dict[str, Any], invoice_id: UUID) -> dict[str, Any]:
        """Add a line to a draft."""
        found, wish = managed(invoice_id), line_wish(said)
        refuse_foreign_providers([wish.provider_id], found.seller, found.sub_account_id)
        with transaction():
            add_line(invoice_id, wish, by=current_actor(), now=clock.now())
        return answer(queries.document(invoice_id))


@resources.route(f"{ONE}/lines/<id(lin):line_id>")
class OneLine(MethodView):
    @resources.arguments(LineFields)
    @resources.response(200, InvoiceWithLines)
    @permits("invoices.manage")
    def patch(self, said: dict[str, Any], invoice_id: UUID, line_id: UUID) -> dict[str, Any]:
        """Change a line of a draft."""
        found = managed(invoice_id)
        refuse_foreign_providers([said.get("provider_id")], found.seller, found.sub_account_id)
        with transaction():
            change_line(invoice_id, line_id, line_changes(said), by=current_actor(), now=clock.now())
        return answer(queries.document(invoice_id))

    @resources.response(204)
    @permits("invoices.manage")
    def delete(self, invoice_id: UUID, line_id: UUID) -> None:
        """Take a line off a draft."""
        managed(invoice_id)
        with transaction():
            remove_line(invoice_id, line_id, by=current_actor(), now=clock.now())


@resources.route(f"{ONE}/status")
class InvoiceStatus(MethodView):
    @resources.arguments(StatusChange)
    @resources.response(200, InvoiceWithLines)
    @permits("invoices.manage")
    def put(self, said: dict[str, Any], invoice_id: UUID) -> dict[str, Any]:
        """Open a draft, or void an invoice."""
        managed(invoice_id)
        by, now = current_actor(), clock.now()
        with transaction():
            match said["status"]:
                case "open":
                    open_draft(invoice_id, by=by, now=now, notify=said["notify"])
                case "void":
                    queries.invoice(invoice_id)
                    again = said["bill_again"]
                    void(invoice_id, reason=said["reason"], bill_again=again, notify=said["notify"], by=by, now=now)
                case _:
                    raise NoWayBack
        return answer(queries.document(invoice_id))


@resources.route(f"{ONE}/discard")
class InvoiceDiscard(MethodView):
    @resources.arguments(Discarding)
    @resources.response(204)
    @permits("invoices.manage")
    def post(self, said: dict[str, Any], invoice_id: UUID) -> None:
        """Delete a draft; an opened invoice is voided or credited instead."""
        managed(invoice_id)
        with transaction():
            discard(invoice_id, **said, by=current_actor(), now=clock.now())


@resources.route(f"{ONE}/write-off")
class InvoiceWriteOff(MethodView):
    @idempotent
    @resources.arguments(WritingOff)
    @resources.response(200, InvoiceAnswer)
    @permits("invoices.manage")
    def post(self, said: dict[str, Any], invoice_id: UUID) -> dict[str, Any]:
        """Give up what is left to pay, or a part of it."""
        managed(invoice_id)
        with transaction():
            found = write_off(invoice_id, **said, by=current_actor(), now=clock.now())
        return _shown(found)


@resources.route(f"{ONE}/payer")
class InvoicePayer(MethodView):
    @resources.arguments(PayerCorrection)
    @resources.response(200, InvoiceAnswer)
    @permits("invoices.manage")
    def patch(self, said: dict[str, Any], invoice_id: UUID) -> dict[str, Any]:
        """Correct name, street or tax ids of an invoice's payer; the country never changes."""
        managed(invoice_id)
        with transaction():
            found = correct_payer(invoice_id, said, by=current_actor(), now=clock.now())
        return _shown(found)


def answer(found: Document) -> dict[str, Any]:
    return _shown(found) | {"lines": shown_lines(queries.lines(found))}


def _shown(found: Document) -> dict[str, Any]:
    """What is past due is so by its seller's day."""
    seller = SellerAtHand(seller_id(found.seller, found.sub_account_id))
    return shown(found, today=seller.today(clock.now()))
