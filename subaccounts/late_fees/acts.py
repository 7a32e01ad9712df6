"""What the audit log calls the acts on late fees."""

from flask_babel import lazy_gettext as _l

ACTS = {"late_fees.changed": _l("Late fees changed"), "late_fee.charged": _l("Late fee charged")}
FIELDS = {
    "is_on": _l("Charge late fees"),
    "fixed": _l("Fixed amount"),
    "percent": _l("Percent of what is left to pay"),
    "after_days": _l("Days past the due date"),
    "repeats": _l("How often"),
}
