"""Every resource and page of this feature, for the factory."""

from marketplace.payouts.routes.api import payouts
from marketplace.payouts.routes.pages import pages

PAGES = [pages]
RESOURCES = [payouts]
