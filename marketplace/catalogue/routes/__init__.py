"""Every resource and page of this feature, for the factory."""

from marketplace.catalogue.routes.api import apps
from marketplace.catalogue.routes.market import market
from marketplace.catalogue.routes.offers import app_offers

PAGES = [market]
RESOURCES = [apps, app_offers]
