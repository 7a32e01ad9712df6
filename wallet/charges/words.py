from flask_babel import lazy_gettext as _l

# Charges are kept under their English names; whoever reads of one has its own language.
NAMES = {
    "Funds added to the wallet": _l("Funds added to the wallet"),
    "Wallet recharged automatically": _l("Wallet recharged automatically"),
    "Subscription": _l("Subscription"),
    "Payment of invoices": _l("Payment of invoices"),
}
FUNDS_ADDED, RECHARGED, SUBSCRIPTION, INVOICES_PAID = NAMES


def charge_name(description: str) -> str:
    """As it is called in the reader's language; what somebody wrote themselves stays as it is."""
    return str(NAMES.get(description, description))
