"""Usage: sent and summed up by programs, shown in the panel and the console."""

from flask import Blueprint

from agency.foundation.access.blueprints import ApiBlueprint
from subaccounts.usage.routes import api, members, places, reading, summary, uploading

VIEWS = (members, reading, summary, uploading)
PAGES: list[Blueprint] = [places.in_panel, places.in_console]
RESOURCES: list[ApiBlueprint] = [api.resources]
