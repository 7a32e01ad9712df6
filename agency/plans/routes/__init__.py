"""Every page and resource of this feature, for the factory."""

from agency.foundation.access.blueprints import AudienceBlueprint
from agency.plans.routes import api

PAGES: list[AudienceBlueprint] = []
RESOURCES = api.RESOURCES
