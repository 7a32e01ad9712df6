"""Every resource of this feature, for the factory."""

from wallet.credits.routes.reading import wallets
from wallet.credits.routes.spending import spending

RESOURCES = [wallets, spending]
