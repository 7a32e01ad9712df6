"""The desk of whoever bills, and what a payer sees of it."""

from subaccounts.invoices.routes.desk import bulk, crediting, editing, listing, settings, status, viewing
from subaccounts.invoices.routes.desk.places import as_payer, in_console, in_panel, in_tab

__all__ = ["bulk", "crediting", "editing", "listing", "settings", "status", "viewing"]
PAGES = [as_payer, in_console, in_panel, in_tab]
