"""What the portal's pages call ranges and entries."""

from flask_babel import lazy_gettext as _l

from subaccounts.portal.reading.history import EntryKind
from subaccounts.portal.rules import Range

RANGES = {
    Range.ALL_TIME: _l("All time"),
    Range.LAST_30_DAYS: _l("Last 30 days"),
    Range.THIS_MONTH: _l("This month"),
    Range.LAST_MONTH: _l("Last month"),
    Range.THIS_YEAR: _l("This year"),
    Range.LAST_YEAR: _l("Last year"),
    Range.FREE: _l("Chosen days"),
}
ENTRIES = {
    EntryKind.VOID: _l("Invoice %(label)s voided"),
    EntryKind.WRITE_OFF: _l("Invoice %(label)s written off"),
    EntryKind.CREDIT_NOTE: _l("Credit note %(label)s"),
    EntryKind.INVOICE: _l("Invoice %(label)s"),
    EntryKind.REFUND: _l("Refund"),
}
