"""Everything customers are seen through."""

from subaccounts.customers.routes import api, pages, stopping

PAGES = [pages.pages, stopping.pages]
RESOURCES = [api.resources]
