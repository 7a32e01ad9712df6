"""Every page and resource of this feature, for the factory."""

from subaccounts.subscriptions.routes import (
    acting,
    api,
    api_course,
    api_moves,
    choosing,
    moves,
    places,
    reading,
    rehearsal,
)

VIEWS = (acting, choosing, reading)
PAGES = [places.in_panel, places.in_console, moves.pages]
RESOURCES = [api.resources, api_course.resources, rehearsal.resources, api_moves.resources]
