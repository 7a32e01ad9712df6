"""What the audit log calls the acts on a test clock, and their fields."""

from flask_babel import lazy_gettext as _l

ACTS = {"clock.advanced": _l("Test clock advanced")}
FIELDS = {"now": _l("Time")}
