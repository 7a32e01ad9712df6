"""Every resource and page of this feature, for the factory."""

from marketplace.catalogue.routes.api import apps
from marketplace.catalogue.routes.offers import app_offers

RESOURCES = [apps, app_offers]
