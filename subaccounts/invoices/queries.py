"""Drafts and invoices, as their seller and as their payer may see them."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice
from operator import attrgetter
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select

from agency.foundation import ids
from agency.foundation.database.bulk import any_of
from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.money import Money
from agency.foundation.paging import EXPORT_BATCH, Page, every_row, paged
from agency.foundation.tenancy import scope
from agency.plans.queries import providers_by_id
from subaccounts.invoices.freezing import document_of
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.models.credit_notes import CreditNote, CreditNoteLine
from subaccounts.invoices.models.drafts import InvoiceDraft, InvoiceDraftLine
from subaccounts.invoices.models.invoices import Invoice, InvoiceLine, State
from subaccounts.invoices.sellers import SellerAtHand, seller_id
from wallet.billing_accounts.models import BillingAccount

Document = InvoiceDraft | Invoice
Found = TypeVar("Found", bound=InvoiceDraft | Invoice | CreditNote)
DRAFT = "draft"
PAST_DUE = "past_due"
STATUSES = (DRAFT, State.OPEN, PAST_DUE, State.CLOSED, State.VOID)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which documents a list shows; ``today`` decides what is past due.

    ``period_from`` and ``period_to`` are days, both included, that the billing period touches; ``opened`` leaves
    drafts out, ``among`` all but the documents of these ids.
    """

    seller: Seller | None = None
    sub_account_id: UUID | None = None
    customer_id: UUID | None = None
    status: str | None = None
    search: str = ""
    period_from: date | None = None
    period_to: date | None = None
    today: date | None = None
    opened: bool = False
    among: Collection[UUID] | None = None


def document(document_id: UUID, *, seller: Seller | None = None, sub_account_id: UUID | None = None) -> Document:
    """A draft or an invoice by the id it was given at generation.

    Raises:
        NotFound: none such, or of another seller.
    """
    draft = _one(InvoiceDraft, document_id)
    if draft is not None:
        return _of(draft, seller, sub_account_id)
    return invoice(document_id, seller=seller, sub_account_id=sub_account_id)


def invoice(invoice_id: UUID, *, seller: Seller | None = None, sub_account_id: UUID | None = None) -> Invoice:
    """An opened invoice. Raises NotFound: none such, a draft, or of another seller."""
    return _of(_one(Invoice, invoice_id), seller, sub_account_id)


def credit_note(note_id: UUID, *, seller: Seller | None = None, sub_account_id: UUID | None = None) -> CreditNote:
    """Raises NotFound: none such, or of another seller."""
    return _of(_one(CreditNote, note_id), seller, sub_account_id)


def _one(model: type[Found], row_id: UUID) -> Found | None:
    return session.get(model, (scope.agency_id(), row_id), populate_existing=True)


def _of(found: Found | None, seller: Seller | None, sub_account_id: UUID | None) -> Found:
    if found is None or found.seller != (seller or found.seller):
        raise NotFound
    if found.sub_account_id != (sub_account_id or found.sub_account_id):
        raise NotFound
    return found


def documents(wanted: Wanted, *, cursor: str | None = None, limit: int = 25) -> Page[Document]:
    """Drafts and invoices in one list, newest first: a document keeps its id when it is opened."""
    if wanted.status == DRAFT:
        return drafts(wanted, cursor=cursor, limit=limit)
    if wanted.status is not None or wanted.opened:
        return invoices(wanted, cursor=cursor, limit=limit)
    pages: list[Page[Any]] = [read(wanted, cursor=cursor, limit=limit) for read in (drafts, invoices)]
    backwards = (cursor or "").startswith("-")
    rows = sorted((row for page in pages for row in page.rows), key=lambda row: row.id, reverse=True)
    shown = rows[-limit:] if backwards else rows[:limit]
    if not shown:
        return Page(shown, None)
    older = len(rows) > len(shown) if not backwards else True
    newer = len(rows) > len(shown) if backwards else cursor is not None
    more_below = older or any(page.next_cursor for page in pages if not backwards)
    more_above = newer or any(page.previous_cursor for page in pages if backwards)
    return Page(
        shown,
        next_cursor=ids.encode_bare(shown[-1].id) if more_below else None,
        previous_cursor=f"-{ids.encode_bare(shown[0].id)}" if more_above else None,
    )


def every_document(wanted: Wanted, *, most: int | None = None) -> Iterator[Document]:
    """All of the list, or its newest ``most``."""
    return islice(every_row(lambda cursor: documents(wanted, cursor=cursor, limit=EXPORT_BATCH)), most)


def drafts(wanted: Wanted, *, cursor: str | None = None, limit: int = 25) -> Page[Any]:
    query = select(InvoiceDraft).where(*_conditions(InvoiceDraft, wanted))
    return paged(query, InvoiceDraft.id, cursor=cursor, limit=limit)


def invoices(wanted: Wanted, *, cursor: str | None = None, limit: int = 25) -> Page[Any]:
    query = select(Invoice).where(*_conditions(Invoice, wanted), *_in_state(wanted))
    return paged(query, Invoice.id, cursor=cursor, limit=limit)


def _conditions(model: type[InvoiceDraft] | type[Invoice], wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    for column, value in (
        (model.seller, wanted.seller),
        (model.sub_account_id, wanted.sub_account_id),
        (model.customer_id, wanted.customer_id),
    ):
        if value is not None:
            yield column == value
    if wanted.search:
        columns = [model.payer_name] + ([Invoice.number_text] if model is Invoice else [])
        yield or_(*(column.icontains(wanted.search, autoescape=True) for column in columns))
    if wanted.period_from is not None:
        yield model.period_end > wanted.period_from
    if wanted.period_to is not None:
        yield model.period_start <= wanted.period_to
    if wanted.among is not None:
        yield model.id == any_of(wanted.among)


def _in_state(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.status == PAST_DUE:
        yield Invoice.state == State.OPEN
        yield Invoice.due_on < (wanted.today or func.current_date())
    elif wanted.status is not None:
        yield Invoice.state == State(wanted.status)


def lines(found: Document) -> Sequence[InvoiceDraftLine | InvoiceLine]:
    """In the order in which they stand on it."""
    if isinstance(found, InvoiceDraft):
        return lines_of_drafts([found.id]).get(found.id, [])
    return session.scalars(
        select(InvoiceLine).where(InvoiceLine.invoice_id == found.id).order_by(InvoiceLine.position)
    ).all()


def lines_of_drafts(draft_ids: Iterable[UUID]) -> dict[UUID, list[InvoiceDraftLine]]:
    """By draft, in the order in which they stand on it; a draft without lines is left out."""
    query = select(InvoiceDraftLine).where(InvoiceDraftLine.draft_id == any_of(draft_ids))
    ordered = query.order_by(InvoiceDraftLine.draft_id, InvoiceDraftLine.position)
    rows = session.scalars(ordered.execution_options(populate_existing=True))
    return {draft_id: list(theirs) for draft_id, theirs in groupby(rows, key=attrgetter("draft_id"))}


def said(found: Document) -> Mapping[str, Any]:
    """The document's data: an invoice's as it was frozen, a draft's as it stands now."""
    return said_of_many([found])[found.id]


def said_of_many(found: Sequence[Document]) -> dict[UUID, Mapping[str, Any]]:
    """By id, in a constant number of queries."""
    frozen = [row.id for row in found if isinstance(row, Invoice)]
    rows = session.execute(select(Invoice.id, Invoice.document).where(Invoice.id.in_(frozen))) if frozen else ()
    data: dict[UUID, Mapping[str, Any]] = {row.id: row.document for row in rows}
    return data | _of_drafts([row for row in found if isinstance(row, InvoiceDraft)])


def _of_drafts(found: Sequence[InvoiceDraft]) -> dict[UUID, Mapping[str, Any]]:
    if not found:
        return {}
    by_draft = lines_of_drafts(row.id for row in found)
    providers = providers_by_id(line.provider_id for part in by_draft.values() for line in part if line.provider_id)
    accounts = accounts_by_id(row.billing_account_id for row in found)
    sellers: dict[UUID | None, SellerAtHand] = {}
    data: dict[UUID, Mapping[str, Any]] = {}
    for row in found:
        key = seller_id(row.seller, row.sub_account_id)
        data[row.id] = document_of(
            row,
            by_draft.get(row.id, []),
            seller=sellers.setdefault(key, SellerAtHand(key)),
            account=accounts[row.billing_account_id],
            providers=providers,
        )
    return data


def accounts_by_id(account_ids: Iterable[UUID]) -> dict[UUID, BillingAccount]:
    rows = session.scalars(select(BillingAccount).where(BillingAccount.id == any_of(set(account_ids))))
    return {row.id: row for row in rows}


def credit_notes(
    *,
    seller: Seller | None = None,
    sub_account_id: UUID | None = None,
    customer_id: UUID | None = None,
    invoice_id: UUID | None = None,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[CreditNote]:
    """Newest first."""
    query: Select[CreditNote] = select(CreditNote)
    for column, value in (
        (CreditNote.seller, seller),
        (CreditNote.sub_account_id, sub_account_id),
        (CreditNote.customer_id, customer_id),
        (CreditNote.invoice_id, invoice_id),
    ):
        if value is not None:
            query = query.where(column == value)
    return paged(query, CreditNote.id, cursor=cursor, limit=limit)


def note_lines(note_id: UUID) -> Sequence[CreditNoteLine]:
    query = select(CreditNoteLine).where(CreditNoteLine.credit_note_id == note_id).order_by(CreditNoteLine.position)
    return session.scalars(query).all()


def owed_by(*, seller: Seller, sub_account_id: UUID, customer_id: UUID | None = None) -> dict[str, Money]:
    """What a payer has left to pay over all open invoices, by currency."""
    query = (
        select(Invoice.currency, func.sum(Invoice.balance_micros))
        .where(
            Invoice.seller == seller,
            Invoice.sub_account_id == sub_account_id,
            Invoice.customer_id.is_not_distinct_from(customer_id),
            Invoice.state == State.OPEN,
        )
        .group_by(Invoice.currency)
    )
    return {currency: Money(int(owed), currency) for currency, owed in session.execute(query)}
