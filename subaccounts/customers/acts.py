"""What the audit log calls the acts on customers, and their fields."""

from flask_babel import lazy_gettext as _l

ACTS = {
    "customer.added": _l("Customer added"),
    "customer.changed": _l("Customer changed"),
}
FIELDS = {"reference": _l("Reference"), "phone": _l("Phone")}
