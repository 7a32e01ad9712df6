"""What the audit log calls the acts on payments, and their fields."""

from flask_babel import lazy_gettext as _l

ACTS = {
    "payment.requested": _l("Payment by card requested"),
    "payment.recorded": _l("Payment recorded"),
    "payment.credit_applied": _l("Credit applied to invoices"),
    "payment.refund_requested": _l("Refund of a payment requested"),
}
FIELDS = {
    "method": _l("Method"),
    "reference": _l("Reference"),
    "received_on": _l("Received on"),
}
