"""What the audit log calls the acts on wallets, and their fields."""

from flask_babel import lazy_gettext as _l

ACTS = {
    "wallet.credit_granted": _l("Credit given"),
    "wallet.adjusted": _l("Credit taken"),
    "wallet.monthly_credit_begun": _l("Monthly credit begun"),
    "wallet.monthly_credit_ended": _l("Monthly credit ended"),
    "wallet.cap_set": _l("Spending cap set"),
    "wallet.cap_removed": _l("Spending cap removed"),
    "wallet.overdraft_set": _l("Overdraft set"),
}
FIELDS = {
    "amount": _l("Amount"),
    "limit": _l("Limit"),
    "product": _l("Product"),
    "period": _l("Period"),
    "kind": _l("Kind"),
    "unused": _l("What is left at the end of the month"),
}
