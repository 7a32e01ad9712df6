"""Everything customers are seen through."""

from subaccounts.customers.routes import api, pages

PAGES = [pages.pages]
RESOURCES = [api.resources]
