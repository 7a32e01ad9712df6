"""Every page and resource of this feature, for the factory."""

from agency.test_clock.routes import api, pages

PAGES = [pages.pages]
RESOURCES = [api.resource]
