"""What people call the fields of a file."""

from flask_babel import lazy_gettext as _l

NAMES = {
    "invoice_number": _l("Invoice number"),
    "date": _l("Date"),
    "customer_ref": _l("Customer reference"),
    "customer_name": _l("Customer name"),
    "customer_email": _l("Customer e-mail"),
    "description": _l("Description"),
    "quantity": _l("Quantity"),
    "unit_price": _l("Unit price"),
    "currency": _l("Currency"),
    "tax_rate": _l("Tax rate"),
}
