"""What is written about a customer's bills."""

from enum import StrEnum


class Letter(StrEnum):
    INVOICES = "invoices"
    REMINDERS = "reminders"
    RECEIPTS = "receipts"
    FAILURES = "failures"
