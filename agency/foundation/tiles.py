"""Stat tiles of the overview pages: each feature registers its own, in ``agency/app.py``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask_login import current_user


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat:
    """A figure as a tile shows it; ``href`` opens the lines behind it, ``tone`` says whether a change is good."""

    label: str
    figure: str
    href: str | None = None
    note: str | None = None
    change: str | None = None
    direction: str | None = None
    tone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tiles:
    """What one query gives, for those who hold the permission at the place."""

    permission: str
    read: Callable[[], Sequence[Stat]]


tiles: dict[str, list[Tiles]] = {}


def add_tiles(audience: str, *added: Tiles) -> None:
    """Called by ``agency/app.py``, in the order in which people see them."""
    shown = tiles.setdefault(audience, [])
    shown.extend(each for each in added if each not in shown)


def tiles_for(audience: str) -> list[Stat]:
    """The tiles this visitor may see here."""
    return [stat for each in tiles.get(audience, []) if current_user.may(each.permission) for stat in each.read()]
