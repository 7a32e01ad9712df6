"""What the audit log calls the acts of the marketplace, and their fields."""

from flask_babel import lazy_gettext as _l

ACTS = {
    "publisher.registered": _l("Registered as a publisher"),
    "app.added": _l("App added"),
    "app.changed": _l("App changed"),
    "app.price_added": _l("Price of an app added"),
    "app.price_withdrawn": _l("Price of an app withdrawn"),
    "app.picture_added": _l("Picture of an app added"),
    "app.picture_removed": _l("Picture of an app removed"),
    "app.submitted": _l("App sent for review"),
    "app.listed": _l("App listed"),
    "app.sent_back": _l("App sent back"),
    "app.retired": _l("App retired"),
    "payout.recorded": _l("Payout recorded"),
    "payout.corrected": _l("Payout taken back"),
    "app_offer.set": _l("Offer of an app set"),
    "markup_change.made": _l("Markups of resold services changed"),
    "markup_change.undone": _l("Change of markups undone"),
    "install.added": _l("App installed"),
    "install.removed": _l("App uninstalled"),
    "install.limits_set": _l("Limits of an app set"),
}
FIELDS = {
    "tagline": _l("Tagline"),
    "support_address": _l("Support address"),
    "categories": _l("Categories"),
    "languages": _l("Languages"),
    "permissions": _l("Permissions"),
    "daily_limit": _l("Daily limit"),
    "monthly_limit": _l("Monthly limit"),
    "daily_limit_micros": _l("Daily limit"),
    "monthly_limit_micros": _l("Monthly limit"),
    "percents": _l("Shares in percent"),
    "note": _l("Note"),
    "shown": _l("Shown to clients"),
    "markup": _l("Markup"),
    "lines": _l("Lines"),
}
