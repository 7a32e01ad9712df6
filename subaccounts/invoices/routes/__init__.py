"""Everything invoices are seen through."""

from subaccounts.invoices.routes import api, api_credit_notes, desk, hosted

PAGES = [hosted.pages, *desk.PAGES]
RESOURCES = [api.resources, api_credit_notes.resources]
