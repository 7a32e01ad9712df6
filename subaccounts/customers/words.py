from flask_babel import lazy_gettext as _l

from subaccounts.customers.rules import Letter

LETTERS = {
    Letter.INVOICES: _l("New invoices, and invoices that are void"),
    Letter.REMINDERS: _l("Reminders of what is due"),
    Letter.RECEIPTS: _l("Payments received"),
    Letter.FAILURES: _l("Payments that fail"),
}
