"""Everything invoices are seen through."""

from subaccounts.invoices.routes import api, api_amounts, api_credit_notes, api_documents, api_providers, desk, hosted

PAGES = [hosted.pages, *desk.PAGES]
RESOURCES = [
    api.resources,
    api_documents.resources,
    api_amounts.resources,
    api_credit_notes.resources,
    api_providers.resources,
]
