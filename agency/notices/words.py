from flask_babel import lazy_gettext as _l

from agency.notices.rules import Notice

NOTICES = {
    Notice.RENEWALS: _l("Subscriptions: renewals to come, trials that end, pauses and ends"),
    Notice.INVOICES: _l("Invoices and the days they are due"),
    Notice.LOW_BALANCE: _l("A wallet that runs low or is no longer recharged"),
    Notice.SPENDING_CAPS: _l("Products that reach their spending cap"),
    Notice.FAILED_CHARGES: _l("Charges that fail, and their recovery"),
    Notice.EXPIRING_CARDS: _l("Cards that are about to end"),
}
