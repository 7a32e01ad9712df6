"""Usage: sent and summed up by programs, shown in the panel and the console."""

from agency.foundation.access.blueprints import ApiBlueprint
from subaccounts.usage.routes import api

RESOURCES: list[ApiBlueprint] = [api.resources]
