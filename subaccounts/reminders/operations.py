"""Reminders: planned when an invoice opens, sent when they are due, stopped when there is nothing to remind of."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.foundation.tenancy import scope
from subaccounts.invoices.models.invoices import Invoice, State
from subaccounts.invoices.sellers import SellerAtHand, seller_id
from subaccounts.payments.queries import is_disputed
from subaccounts.reminders.mails import remind
from subaccounts.reminders.models import ReminderCourse, ReminderTerms
from subaccounts.reminders.rules import Step, missed, next_step, steps

BEFORE = (3,)
AFTER = (1, 7, 14)


def terms_of(sub_account_id: UUID | None) -> ReminderTerms:
    """The seller's; those of the platform where it has set none."""
    query = select(ReminderTerms).where(ReminderTerms.sub_account_id.is_not_distinct_from(sub_account_id))
    found = session.scalar(query)
    return found or ReminderTerms(sub_account_id=sub_account_id, before_days=list(BEFORE), after_days=list(AFTER))


def set_terms(sub_account_id: UUID | None, fields: Mapping[str, Any], *, by: Actor, now: datetime) -> ReminderTerms:
    """From now on; invoices that are open already follow it from their next letter on."""
    terms = terms_of(sub_account_id)
    terms.before_days = sorted(set(fields["before_days"]), reverse=True)
    terms.after_days = sorted(set(fields["after_days"]))
    session.add(terms)
    session.flush()
    after = {"before_days": str(terms.before_days), "after_days": str(terms.after_days)}
    record("reminders.changed", terms, by=by, now=now, after=after, sub_account_id=sub_account_id)
    return terms


def plan(invoices: Sequence[Invoice], *, now: datetime) -> None:
    """One row for each invoice that asks for money, in one statement."""
    sellers: dict[UUID | None, tuple[SellerAtHand, ReminderTerms]] = {}
    rows = []
    for invoice in invoices:
        key = seller_id(invoice.seller, invoice.sub_account_id)
        if key not in sellers:
            sellers[key] = SellerAtHand(key), terms_of(key)
        step = next_step(_steps(invoice, *sellers[key]), after=now) if invoice.balance else None
        if step is not None:
            rows.append(
                {
                    "agency_id": scope.agency_id(),
                    "invoice_id": invoice.id,
                    "sub_account_id": invoice.sub_account_id,
                    "next_days": step.days,
                    "next_at": step.at,
                    "sent": 0,
                }
            )
    if rows:
        session.execute(insert(ReminderCourse), rows)


def go_on(invoice_id: UUID, *, now: datetime) -> None:
    """Send the letter that is due, the latest one where days were missed; or stop, where nothing is to be asked."""
    course = session.scalars(
        select(ReminderCourse)
        .where(ReminderCourse.invoice_id == invoice_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if course.next_at is None or course.next_at > now:
        return
    invoice = session.get_one(Invoice, (scope.agency_id(), invoice_id), populate_existing=True)
    if _is_over(invoice):
        course.next_at = None
        return
    key = seller_id(invoice.seller, invoice.sub_account_id)
    found = _steps(invoice, SellerAtHand(key), terms_of(key))
    step = missed(found, at=now)
    if step is not None and step.days >= course.next_days:
        remind(invoice, days=step.days, now=now)
        course.sent += 1
    following = next_step(found, after=now)
    course.next_at = following.at if following else None
    course.next_days = following.days if following else course.next_days


def _steps(invoice: Invoice, seller: SellerAtHand, terms: ReminderTerms) -> list[Step]:
    if invoice.due_on is None:
        return []
    return steps(invoice.due_on, before=terms.before_days, after=terms.after_days, zone=seller.zone)


def _is_over(invoice: Invoice) -> bool:
    """Paid, credited, written off, void; or the payer's bank has the money back, and it is for people to talk."""
    if invoice.state is not State.OPEN:
        return True
    return bool(session.scalar(select(Invoice.id).where(Invoice.id == invoice.id, is_disputed())))
