"""What the audit log calls the acts on statements."""

from flask_babel import lazy_gettext as _l

ACTS = {"statement.made": _l("Statement made")}
FIELDS = {"first_day": _l("From"), "last_day": _l("Until")}
