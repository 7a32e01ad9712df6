"""What the audit log calls the acts on invoices, and their fields."""

from flask_babel import lazy_gettext as _l

ACTS = {
    "invoice.drafted": _l("Invoice drafted"),
    "invoice.changed": _l("Draft of an invoice changed"),
    "invoice.lines_changed": _l("Lines of a draft changed"),
    "invoice.discarded": _l("Draft of an invoice discarded"),
    "invoice.opened": _l("Invoice opened"),
    "invoice.voided": _l("Invoice voided"),
    "invoice.written_off": _l("Invoice written off"),
    "invoice.payer_corrected": _l("Payer of an invoice corrected"),
    "credit_note.issued": _l("Credit note issued"),
    "seller_terms.changed": _l("Invoicing settings changed"),
}
FIELDS = {
    "number": _l("Number"),
    "total": _l("Total"),
    "payer": _l("Payer"),
    "bill_again": _l("Billed again"),
    "due_days": _l("Days to pay"),
    "purchase_order": _l("Purchase order"),
    "beneficiary": _l("Client"),
    "notes": _l("Notes"),
    "terms": _l("Terms"),
    "custom_fields": _l("Custom fields"),
    "invoice": _l("Invoice"),
    "lines": _l("Lines"),
}
