"""What the audit log calls the acts of this room, and their fields."""

from flask_babel import lazy_gettext as _l

ACTS = {
    "portal.changed": _l("Portal changed"),
    "portal.access_granted": _l("Portal access given"),
    "portal.access_revoked": _l("Portal access revoked"),
    "portal.access_reset": _l("Portal access reset"),
    "portal.access_asked": _l("Portal access asked for"),
    "portal.request_approved": _l("Request for access approved"),
    "portal.request_declined": _l("Request for access declined"),
    "portal.registered": _l("Registered in the portal"),
    "portal.signed_in": _l("Signed in to the portal"),
    "portal.signed_out": _l("Signed out of the portal"),
    "portal.preferences_changed": _l("Portal preferences changed"),
    "portal.autopay_on": _l("Autopay switched on"),
    "portal.autopay_off": _l("Autopay switched off"),
    "portal.email_changed": _l("Portal e-mail changed"),
}
FIELDS = {
    "begins_on": _l("From"),
    "ends_on": _l("Until"),
}
