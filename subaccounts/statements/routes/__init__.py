"""Everything statements are seen through."""

from subaccounts.statements.routes import api
from subaccounts.statements.routes.pages import in_console, in_panel

PAGES = [in_console, in_panel]
RESOURCES = [api.resources, api.reports]
