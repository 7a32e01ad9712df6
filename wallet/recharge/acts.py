"""What the audit log calls the acts on automatic recharge, and their fields."""

from flask_babel import lazy_gettext as _l

ACTS = {
    "recharge_rule.saved": _l("Automatic recharge set"),
    "recharge_rule.removed": _l("Automatic recharge ended"),
    "recharge_rule.card_named": _l("Card for automatic recharge changed"),
    "recharge.paused": _l("Automatic recharge paused"),
    "recharge.resumed": _l("Automatic recharge resumed"),
}
FIELDS = {
    "threshold": _l("Threshold"),
    "target": _l("Restore to"),
    "monthly_cap": _l("Monthly cap"),
    "consent": _l("Consent"),
    "by": _l("Lifted by"),
}
