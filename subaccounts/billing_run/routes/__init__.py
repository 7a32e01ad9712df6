"""What the agency sees of its billing run, for the factory."""

from subaccounts.billing_run.routes import confirmation, desk

PAGES = [confirmation.pages, desk.pages]
