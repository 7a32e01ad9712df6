"""Everything exchange rates are seen through."""

from agency.exchange_rates.routes import api, pages

PAGES = [pages.pages]
RESOURCES = [api.resources]
