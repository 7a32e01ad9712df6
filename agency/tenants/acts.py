"""What the audit log calls the acts on tenants, and their fields."""

from flask_babel import lazy_gettext as _l

ACTS = {
    "agency.opened": _l("Agency opened"),
    "agency.changed": _l("Settings changed"),
    "agency.branded": _l("Branding changed"),
    "sub_account.opened": _l("Sub-account opened"),
    "sub_account.changed": _l("Sub-account changed"),
    "sub_account.paused": _l("Sub-account paused"),
    "sub_account.resumed": _l("Sub-account resumed"),
    "sub_account.closed": _l("Sub-account closed"),
    "sub_account.reopened": _l("Sub-account reopened"),
}
FIELDS = {
    "name": _l("Name"),
    "slug": _l("Address"),
    "sandbox": _l("Sandbox"),
    "country": _l("Country"),
    "currency": _l("Currency"),
    "time_zone": _l("Time zone"),
    "locale": _l("Language"),
    "email": _l("E-mail"),
    "support_email": _l("Support e-mail"),
    "reference": _l("Reference"),
    "reason": _l("Reason"),
    "state": _l("State"),
    "accent": _l("Colour"),
    "portal_name": _l("Portal name"),
    "logo": _l("Logo"),
    "logo_digest": _l("Fingerprint of the logo"),
    "second_factor_required": _l("Second factor demanded"),
    "usage_days_back": _l("Days that usage is taken"),
}
