"""What late fees hear of invoices."""

from subaccounts.invoices.events import InvoiceSettled, InvoicesOpened
from subaccounts.late_fees.operations import hasten


def look_at_opened(event: InvoicesOpened) -> None:
    hasten(event.invoices, now=event.at)


def look_at_reopened(event: InvoiceSettled) -> None:
    if event.amount.micros < 0:
        hasten([event.invoice], now=event.at)
