"""The words of the marketplace: what apps are filed under, what they may ask for, how they are priced."""

from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from agency.foundation.i18n import LANGUAGES
from agency.plans.rules.components import Interval
from agency.plans.words import rate
from marketplace.catalogue.models.apps import AppPrice, AppPriceKind, AppState
from marketplace.catalogue.queries import Sold

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
    AppState.DRAFT: (_l("Draft"), "quiet"),
    AppState.IN_REVIEW: (_l("In review"), "accent"),
    AppState.LISTED: (_l("Listed"), "positive"),
    AppState.RETIRED: (_l("Retired"), "quiet"),
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


def language_names(codes: list[str]) -> list[str]:
    return [str(LANGUAGES[code]) for code in codes]


def sold_words(price: Sold) -> str:
    """What a client pays: ``$19.00 a month``, ``$0.02 per page``, ``from $0.01 to $0.50 per text``."""
    return _words(price.listed, price.amount, price.lowest, price.highest)


def listed_words(price: AppPrice) -> str:
    """What the publisher asks."""
    return _words(price, price.amount, price.lowest, price.highest)


def _words(listed: AppPrice, amount: Decimal | None, lowest: Decimal | None, highest: Decimal | None) -> str:
    if amount is None:
        least, most = (rate(bound or Decimal(0), listed.currency) for bound in (lowest, highest))
        return str(_("from %(lowest)s to %(highest)s per %(unit)s", lowest=least, highest=most, unit=listed.unit))
    asked = rate(amount, listed.currency) if amount else _("Free")
    if listed.kind is AppPriceKind.USAGE:
        return str(_("%(amount)s per %(unit)s", amount=asked, unit=listed.unit))
    if listed.interval is not None and amount:
        return f"{asked} {EVERY[listed.interval]}"
    return _("%(amount)s once", amount=asked) if listed.kind is AppPriceKind.ONE_TIME else asked
