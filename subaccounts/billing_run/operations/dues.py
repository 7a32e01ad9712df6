"""What bills leave to be paid, written for any number of them in one statement."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from agency.foundation.database.bulk import execute, integers, moments, texts, uuids
from agency.foundation.database.session import session
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from subaccounts.billing_run.models import AmountDue, DueState
from subaccounts.subscriptions.bills import Bill
from subaccounts.subscriptions.models.subscriptions import Collection

WRITE = """
INSERT INTO amounts_due (
    agency_id, id, sub_account_id, subscription_id, collection, state, total_micros, credit_micros, currency,
    billed_at, due_at, declines, failures, ended_at
)
SELECT %(agency_id)s::uuid, due.*, 0, 0, CASE due.state WHEN 'paid' THEN %(now)s::timestamptz END
FROM unnest(
    %(ids)s::uuid[], %(sub_account_ids)s::uuid[], %(subscription_ids)s::uuid[], %(collections)s::text[],
    %(states)s::text[], %(totals)s::bigint[], %(credits)s::bigint[], %(currencies)s::text[],
    %(billed_ats)s::timestamptz[], %(due_ats)s::timestamptz[]
) AS due (id, sub_account_id, subscription_id, collection, state, total, credit, currency, billed_at, due_at)
"""


class NewDue(NamedTuple):
    """``credit``: what the account's credit pays of it."""

    bill: Bill
    credit: Money

    @property
    def state(self) -> DueState:
        if self.credit == self.bill.total:
            return DueState.PAID
        return DueState.AWAITED if self.bill.debtor.collection is Collection.INVOICE else DueState.COLLECTING


def write_dues(dues: Sequence[NewDue], *, now: datetime) -> None:
    bills = [due.bill for due in dues]
    debtors = [bill.debtor for bill in bills]
    parameters = {
        "agency_id": scope.agency_id(),
        "now": now,
        "ids": uuids(bill.id for bill in bills),
        "sub_account_ids": uuids(debtor.sub_account_id for debtor in debtors),
        "subscription_ids": uuids(debtor.subscription_id for debtor in debtors),
        "collections": texts(debtor.collection for debtor in debtors),
        "states": texts(due.state for due in dues),
        "totals": integers(bill.total.micros for bill in bills),
        "credits": integers(due.credit.micros for due in dues),
        "currencies": texts(bill.currency for bill in bills),
        "billed_ats": moments(bill.at for bill in bills),
        "due_ats": moments(bill.at + timedelta(days=bill.debtor.due_days) for bill in bills),
    }
    execute(WRITE, parameters)


def stored(due_ids: Sequence[UUID]) -> Sequence[AmountDue]:
    return session.scalars(select(AmountDue).where(AmountDue.id.in_(due_ids)).order_by(AmountDue.id)).all()
