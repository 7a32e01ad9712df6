"""What the audit log calls the acts on billing accounts."""

from flask_babel import lazy_gettext as _l

ACTS = {
    "billing_account.changed": _l("Billing information changed"),
}
FIELDS = {
    "legal_name": _l("Legal name"),
    "line1": _l("Street and number"),
    "line2": _l("Apartment, floor, suite"),
    "city": _l("City"),
    "region": _l("State or region"),
    "postal_code": _l("Postal code"),
    "tax_ids": _l("Tax ids"),
}
