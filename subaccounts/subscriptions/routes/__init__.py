"""Every page and resource of this feature, for the factory."""

from subaccounts.subscriptions.routes import api, api_course

RESOURCES = [api.resources, api_course.resources]
