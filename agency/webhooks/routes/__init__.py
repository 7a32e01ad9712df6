"""Every page and resource of this feature, for the factory."""

from agency.webhooks.routes import api, endpoints, event_log

PAGES = [endpoints.webhooks, endpoints.panel_webhooks, event_log.event_log, event_log.panel_event_log]
RESOURCES = [api.webhook_endpoints, api.logged_events]
