"""What people may want to hear of."""

from enum import StrEnum


class Notice(StrEnum):
    RENEWALS = "renewals"
    INVOICES = "invoices"
    LOW_BALANCE = "low_balance"
    SPENDING_CAPS = "spending_caps"
    FAILED_CHARGES = "failed_charges"
    EXPIRING_CARDS = "expiring_cards"
