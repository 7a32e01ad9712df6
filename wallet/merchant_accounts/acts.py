"""What the audit log calls the acts on the accounts that receive."""

from flask_babel import lazy_gettext as _l

ACTS = {
    "merchant_account.opened": _l("Card payments set up"),
    "merchant_account.connected": _l("Payment account connected"),
}
FIELDS = {
    "kind": _l("Kind"),
    "account": _l("Account"),
}
