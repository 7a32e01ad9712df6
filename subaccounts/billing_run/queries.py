"""What is due of subscriptions, what renews, and whose billing failed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, String, Uuid, and_, cast, column, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased

from agency.foundation.database.session import session
from agency.foundation.paging import Page, paged
from agency.foundation.tenancy import scope
from subaccounts.billing_run.models import AmountDue, DueState
from subaccounts.invoices.models.columns import Seller
from subaccounts.invoices.models.invoices import Invoice, InvoiceLine, State
from subaccounts.subscriptions.models.subscriptions import Collection, Subscription

# A line of usage names the subscription by whose price it was rated; one of a subscription is its own.
_SUBSCRIPTION = func.coalesce(InvoiceLine.source["subscription"].astext, InvoiceLine.source["id"].astext)
PARKED_SHOWN_MAX = 200


def locked_due(due_id: UUID) -> AmountDue:
    key = (scope.agency_id(), due_id)
    return session.get_one(AmountDue, key, with_for_update=True, populate_existing=True)


def subscriptions_of(due_id: UUID) -> Sequence[Subscription]:
    """What an invoice bills, in the order of their ids."""
    lines = select(_SUBSCRIPTION).where(InvoiceLine.invoice_id == due_id, InvoiceLine.source.is_not(None))
    return session.scalars(
        select(Subscription).where(cast(Subscription.id, String).in_(lines)).order_by(Subscription.id)
    ).all()


def dues(row: Subscription, *states: DueState) -> Sequence[AmountDue]:
    """What is due for a subscription in one of these states, by itself or with others, the oldest first."""
    return session.scalars(
        select(AmountDue).where(_is_of(row), AmountDue.state.in_(states)).order_by(AmountDue.id).with_for_update()
    ).all()


def is_behind(row: Subscription, *, besides: UUID) -> bool:
    """Whether something else of a subscription was asked for and not paid."""
    other = select(AmountDue.id).where(
        _is_of(row),
        AmountDue.id != besides,
        AmountDue.collection != Collection.INVOICE,
        or_(AmountDue.state == DueState.STOPPED, AmountDue.decline_class.is_not(None)),
    )
    return session.scalar(other.limit(1)) is not None


def is_of_any(subscription_ids: Iterable[UUID]) -> ColumnElement[bool]:
    """Whether one of these subscriptions is on the bill."""
    line = select(InvoiceLine.id).where(
        InvoiceLine.agency_id == AmountDue.agency_id,
        InvoiceLine.invoice_id == AmountDue.id,
        _SUBSCRIPTION.in_([str(each) for each in subscription_ids]),
    )
    return line.exists()


def _is_of(row: Subscription) -> ColumnElement[bool]:
    """Not paid, and billed to a subscription; of its client the database reads what is open and no more."""
    return and_(AmountDue.sub_account_id == row.sub_account_id, AmountDue.state != DueState.PAID, is_of_any([row.id]))


def last_invoices(clients: Mapping[UUID, UUID]) -> dict[UUID, Invoice]:
    """By subscription, of which the client is said: the latest that billed it and stands."""
    keys = (literal([*each], ARRAY(Uuid)) for each in (clients.keys(), clients.values()))
    of = func.unnest(*keys).table_valued(column("id", Uuid), column("client", Uuid)).render_derived(name="of")
    line = select(InvoiceLine.id).where(
        InvoiceLine.agency_id == Invoice.agency_id,
        InvoiceLine.invoice_id == Invoice.id,
        cast(of.c.id, String) == _SUBSCRIPTION,
    )
    is_listed = line.correlate(Invoice, of).exists()
    standing = (Invoice.sub_account_id == of.c.client, Invoice.seller == Seller.AGENCY, Invoice.state != State.VOID)
    latest = select(Invoice).where(*standing, is_listed).order_by(Invoice.id.desc()).limit(1).correlate(of)
    found = aliased(Invoice, latest.lateral())
    return dict(session.execute(select(of.c.id, found).select_from(of).join(found, true())).all())


def due_of_link(digest: bytes) -> AmountDue | None:
    return session.scalar(
        select(AmountDue).where(AmountDue.link_digest == digest).execution_options(populate_existing=True)
    )


def count_due(now: datetime) -> int:
    due = select(func.count()).where(Subscription.next_billing_at <= now, Subscription.parked_at.is_(None))
    return session.scalar(due) or 0


def renewing(by: datetime, *, cursor: str | None = None, limit: int = 25) -> Page[Subscription]:
    """What renews, or leaves its trial, by then and is not parked."""
    due = select(Subscription).where(
        Subscription.next_billing_at.is_not(None), Subscription.current_end <= by, Subscription.parked_at.is_(None)
    )
    return paged(due, Subscription.id, cursor=cursor, limit=limit)


class ParkedClient(NamedTuple):
    """A client whose billing failed: since when, why, and when it is tried again."""

    sub_account_id: UUID
    parked_at: datetime
    parked_until: datetime
    reason: str
    subscriptions: int


def parked_clients() -> list[ParkedClient]:
    """Those that wait longest come first."""
    since = func.min(Subscription.parked_at)
    rows = session.execute(
        select(
            Subscription.sub_account_id,
            since,
            func.min(Subscription.parked_until),
            func.min(Subscription.parked_reason),
            func.count(),
        )
        .where(Subscription.parked_at.is_not(None))
        .group_by(Subscription.sub_account_id)
        .order_by(since, Subscription.sub_account_id)
        .limit(PARKED_SHOWN_MAX)
    )
    return [ParkedClient._make(row) for row in rows]


def count_parked() -> int:
    clients = select(func.count(Subscription.sub_account_id.distinct())).where(Subscription.parked_at.is_not(None))
    return session.scalar(clients) or 0
