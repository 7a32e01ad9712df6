from agency.foundation.access.blueprints import AudienceBlueprint, console
from agency.plans import words


def catalogue_pages(name: str, import_name: str) -> AudienceBlueprint:
    """A room of the catalogue in the console, whose pages know the catalogue's words."""
    pages = console(name, import_name)
    pages.context_processor(lambda: {"words": words})
    return pages
