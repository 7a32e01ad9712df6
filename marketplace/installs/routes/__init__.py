"""Every resource and page of this feature, for the factory."""

from marketplace.installs.routes.api import installs
from marketplace.installs.routes.app_calls import app_calls
from marketplace.installs.routes.publishing import published

RESOURCES = [installs, app_calls, published]
