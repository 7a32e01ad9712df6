"""The panel's two rooms of apps: the storefront, and what is installed."""

from agency.foundation.access.blueprints import AudienceBlueprint, panel
from marketplace.catalogue import words
from marketplace.installs import words as install_words


def _room(name: str) -> AudienceBlueprint:
    pages = panel(name, __name__)
    pages.context_processor(lambda: {"words": words, "install_words": install_words})
    return pages


storefront = _room("storefront")
installed_apps = _room("installed_apps")

ROOMS = [storefront, installed_apps]
