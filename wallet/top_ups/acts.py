"""What the audit log calls the acts on top-ups, and their fields."""

from flask_babel import lazy_gettext as _l

ACTS = {
    "wallet.top_up_requested": _l("Funds added"),
    "wallet.refund_requested": _l("Funds returned to the card"),
    "wallet.closed_out": _l("Wallet emptied at the end"),
    "wallet.terms_changed": _l("Terms for adding funds changed"),
}
FIELDS = {
    "card": _l("Card"),
    "minimum": _l("Least at once"),
    "maximum": _l("Most at once"),
    "balance_maximum": _l("Largest balance"),
    "bonus_percent": _l("Bonus in percent"),
    "bonus_from": _l("Bonus from"),
    "cooling_down_minutes": _l("Minutes between recharges"),
    "receipts_mailed": _l("Receipts are mailed"),
    "returned": _l("Returned"),
    "moved": _l("Moved on"),
    "lost": _l("Lost"),
    "still_owed": _l("Still owed"),
}
