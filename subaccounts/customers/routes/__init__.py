"""Everything customers are seen through."""

from subaccounts.customers.routes import api

RESOURCES = [api.resources]
