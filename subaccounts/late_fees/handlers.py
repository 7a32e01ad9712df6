"""What late fees hear of invoices.

A job looks at the rule: whoever opens invoices holds their books, and another who held the rule might wait for those.
"""

from collections.abc import Sequence
from datetime import datetime

from subaccounts.invoices.events import InvoiceSettled, InvoicesOpened
from subaccounts.invoices.models.invoices import Invoice
from subaccounts.late_fees.jobs import hasten
from subaccounts.late_fees.operations import first_looks


def look_at_opened(event: InvoicesOpened) -> None:
    _look_at(event.invoices, now=event.at)


def look_at_reopened(event: InvoiceSettled) -> None:
    if event.amount.micros < 0:
        _look_at([event.invoice], now=event.at)


def _look_at(invoices: Sequence[Invoice], *, now: datetime) -> None:
    for rule_id, at in first_looks(invoices, now=now).items():
        hasten.later(rule_id=str(rule_id), at=at.isoformat())
