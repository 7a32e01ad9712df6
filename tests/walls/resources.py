"""One row of everything that a route can name, for both agencies: features add theirs here.

A route whose parameter nobody builds fails ``test_every_route_can_be_tried``.
"""

from tests.walls.world import Side


def build(*sides: Side) -> None:
    for side in sides:
        side.ids |= {}
