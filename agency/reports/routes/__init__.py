"""Every page and resource of the reports, for the factory."""

from flask_babel import lazy_gettext as _l

from agency.foundation.web import Entry
from agency.reports.routes import failing, pages, resources

PAGES = [pages.pages, failing.pages]
RESOURCES = [resources.resources]
TABS = [
    Entry(label=_l("Revenue"), endpoint="reports_desk.show_revenue", permission="reports.read"),
    Entry(label=_l("Margin"), endpoint="reports_desk.show_margin", permission="reports.read"),
    Entry(label=_l("Wallets"), endpoint="reports_desk.show_wallets", permission="reports.read"),
    Entry(label=_l("Failed charges"), endpoint="failed_charges.show", permission="reports.read"),
]
