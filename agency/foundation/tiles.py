"""What stands on the overview pages: each feature registers its own tiles and blocks, in ``agency/app.py``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A larger part of the page: its template, and what ``read`` gives it, for those who hold the permission."""

    permission: str
    template: str
    read: Callable[[], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ShownBlock:
    template: str
    values: dict[str, Any]


tiles: dict[str, list[Tiles]] = {}
blocks: dict[str, list[Block]] = {}


def add_tiles(audience: str, *added: Tiles) -> None:
    """Called by ``agency/app.py``, in the order in which people see them."""
    shown = tiles.setdefault(audience, [])
    shown.extend(each for each in added if each not in shown)


def tiles_for(audience: str) -> list[Stat]:
    """The tiles this visitor may see here."""
    return [stat for each in tiles.get(audience, []) if current_user.may(each.permission) for stat in each.read()]


def add_blocks(audience: str, *added: Block) -> None:
    """The same for blocks."""
    shown = blocks.setdefault(audience, [])
    shown.extend(each for each in added if each not in shown)


def blocks_for(audience: str) -> list[ShownBlock]:
    """The blocks this visitor may see here."""
    allowed = (each for each in blocks.get(audience, []) if current_user.may(each.permission))
    return [ShownBlock(each.template, each.read()) for each in allowed]
