"""Every resource and page of this feature, for the factory."""

from marketplace.resale.routes.api import resale
from marketplace.resale.routes.pages import pages

PAGES = [pages]
RESOURCES = [resale]
