"""Every page and resource of this feature, for the factory."""

from flask_babel import lazy_gettext as _l

from agency.foundation.web import Entry
from agency.plans.routes import api, coupons, meters, prices, taxes

PAGES = [prices.pages, meters.pages, coupons.pages, taxes.pages]
RESOURCES = api.RESOURCES
TABS = [
    Entry(label=_l("Plans"), endpoint="catalogue.plans", permission="catalogue.read"),
    Entry(label=_l("Resold services"), endpoint="catalogue.resold", permission="catalogue.read"),
    Entry(label=_l("Apps"), endpoint="catalogue.apps", permission="catalogue.read"),
    Entry(label=_l("Meters"), endpoint="catalogue_meters.index", permission="catalogue.read"),
    Entry(label=_l("Coupons"), endpoint="catalogue_coupons.index", permission="catalogue.read"),
    Entry(label=_l("Taxes"), endpoint="catalogue_taxes.index", permission="catalogue.read"),
]
