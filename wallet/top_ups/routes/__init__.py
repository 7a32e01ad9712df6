"""Every resource and page of this feature, for the factory."""

from wallet.top_ups.routes import pages, receipts, refunds, terms, top_ups

PAGES = [pages.panel_pages, pages.console_pages]
RESOURCES = [top_ups.resources, refunds.resources, receipts.resources, terms.resources]
