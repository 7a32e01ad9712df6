"""The words of the marketplace: what apps are filed under, what they may ask for, how they are priced."""

from flask_babel import lazy_gettext as _l

from agency.plans.rules.components import Interval
from marketplace.catalogue.models.apps import AppPriceKind, AppState

CATEGORIES = {
    "ai": _l("Artificial intelligence"),
    "analytics": _l("Analytics"),
    "automation": _l("Automation"),
    "billing": _l("Billing"),
    "calls": _l("Calls and messages"),
    "content": _l("Content and documents"),
    "leads": _l("Leads and sales"),
    "reputation": _l("Reputation"),
    "websites": _l("Websites"),
}
PERMISSIONS = {
    "sub_accounts.read": _l("Read your business's name, currency, language and time zone"),
    "usage.read": _l("Read what you used"),
    "usage.write": _l("Send usage that you are billed for"),
    "customers.read": _l("Read your customers"),
    "invoices.read": _l("Read your invoices"),
    "payments.read": _l("Read your payments"),
}
CHARGES = _l("Charge your wallet for usage, within your limits")
STATES = {
    AppState.DRAFT: (_l("Draft"), "neutral"),
    AppState.IN_REVIEW: (_l("In review"), "info"),
    AppState.LISTED: (_l("Listed"), "positive"),
    AppState.RETIRED: (_l("Retired"), "neutral"),
}
KINDS = {
    AppPriceKind.RECURRING: _l("Recurring"),
    AppPriceKind.ONE_TIME: _l("Paid once"),
    AppPriceKind.USAGE: _l("By use"),
}
EVERY = {
    Interval.WEEK: _l("a week"),
    Interval.MONTH: _l("a month"),
    Interval.QUARTER: _l("a quarter"),
    Interval.YEAR: _l("a year"),
}
