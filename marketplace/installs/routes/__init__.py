"""Every resource and page of this feature, for the factory."""

from marketplace.installs.routes import api, app_calls, console, installed, publishing, storefront
from marketplace.installs.routes.places import ROOMS

PAGES = [*ROOMS, console.publisher_pages]
RESOURCES = [api.installs, app_calls.app_calls, publishing.published]

__all__ = ["PAGES", "RESOURCES", "installed", "storefront"]
