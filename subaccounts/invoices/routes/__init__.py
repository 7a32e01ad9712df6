"""Everything invoices are seen through."""

from subaccounts.invoices.routes import api, api_credit_notes, hosted

PAGES = [hosted.pages]
RESOURCES = [api.resources, api_credit_notes.resources]
