"""What the audit log calls the acts on webhook endpoints, and their fields."""

from flask_babel import lazy_gettext as _l

ACTS = {
    "webhook_endpoint.added": _l("Webhook endpoint added"),
    "webhook_endpoint.changed": _l("Webhook endpoint changed"),
    "webhook_endpoint.secret_replaced": _l("Webhook secret replaced"),
    "webhook_endpoint.enabled": _l("Webhook endpoint switched on"),
    "webhook_endpoint.disabled": _l("Webhook endpoint switched off"),
    "webhook_endpoint.removed": _l("Webhook endpoint removed"),
}
FIELDS = {
    "url": _l("URL"),
    "description": _l("Description"),
    "event_kinds": _l("Events"),
}
