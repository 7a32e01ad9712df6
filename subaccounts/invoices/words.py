"""The words for states and choices of invoices."""

from flask_babel import lazy_gettext as _l

from agency.plans.rules.tax import Rounding, Treatment
from subaccounts.invoices.models.sellers import Grouping

STATUSES = {"draft": _l("Draft"), "open": _l("Open"), "closed": _l("Closed"), "void": _l("Void")}
STANDINGS = {
    "draft": _l("Draft"),
    "unpaid": _l("Open"),
    "past_due": _l("Past due"),
    "partly_paid": _l("Partly paid"),
    "paid": _l("Paid"),
    "credited": _l("Credited"),
    "written_off": _l("Written off"),
    "void": _l("Void"),
}
FILTERS = {
    "draft": _l("Drafts"),
    "open": _l("Open"),
    "past_due": _l("Past due"),
    "closed": _l("Closed"),
    "void": _l("Void"),
}
GROUPINGS = {
    Grouping.COMBINED: _l("One document for the period"),
    Grouping.BY_PROVIDER: _l("One document for each service provider"),
}
ROUNDINGS = {
    Rounding.LINE: _l("Per line"),
    Rounding.RATE: _l("Per tax rate"),
    Rounding.DOCUMENT: _l("Once per document"),
}
TREATMENTS = {
    Treatment.TAXED: _l("Taxed"),
    Treatment.REVERSE_CHARGE: _l("Reverse charge"),
    Treatment.EXEMPT: _l("Exempt"),
}
