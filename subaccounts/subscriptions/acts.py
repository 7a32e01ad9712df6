"""What the audit log calls the acts on subscriptions, and their fields."""

from flask_babel import lazy_gettext as _l

ACTS = {
    "subscription.started": _l("Subscription started"),
    "subscription.changed": _l("Subscription changed"),
    "subscription.change_withdrawn": _l("Change of a subscription withdrawn"),
    "subscriptions.moved": _l("Subscriptions moved to another price"),
    "subscriptions.move_undone": _l("Move to another price undone"),
    "subscription.paused": _l("Subscription paused"),
    "subscription.resumed": _l("Subscription resumed"),
    "subscription.canceled": _l("Subscription cancelled"),
    "subscription.cancellation_withdrawn": _l("Cancellation of a subscription withdrawn"),
}
FIELDS = {
    "subscriptions": _l("Subscriptions"),
    "takes_effect": _l("When"),
    "plan": _l("Plan"),
    "at": _l("From"),
    "ends_at": _l("Ends on"),
}
