"""Everything payments are seen through."""

from subaccounts.payments.routes import api, listing, recording, returning
from subaccounts.payments.routes.places import in_console, in_panel

PAGES = [in_console, in_panel]
RESOURCES = [api.resources]
VIEWS = (listing, recording, returning)
