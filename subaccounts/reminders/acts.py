"""What the audit log calls the acts on reminders."""

from flask_babel import lazy_gettext as _l

ACTS = {"reminders.changed": _l("Reminders of invoices changed")}
FIELDS = {"before_days": _l("Days before the due date"), "after_days": _l("Days past the due date")}
