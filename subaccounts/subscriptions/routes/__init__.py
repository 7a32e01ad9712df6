"""Every page and resource of this feature, for the factory."""

from subaccounts.subscriptions.routes import acting, api, api_course, choosing, places, reading, rehearsal

VIEWS = (acting, choosing, reading)
PAGES = [places.in_panel, places.in_console]
RESOURCES = [api.resources, api_course.resources, rehearsal.resources]
