"""What the audit log calls the acts of an import."""

from flask_babel import lazy_gettext as _l

ACTS = {"invoice_import.started": _l("Import of invoices started")}
FIELDS = {"file_name": _l("File")}
