"""Every resource and page of this feature, for the factory."""

from wallet.recharge.routes import api, confirmation

PAGES = [confirmation.pages]
RESOURCES = [api.resources]
