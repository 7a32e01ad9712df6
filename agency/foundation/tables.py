"""What the cells of a table are called in the stylesheets."""

from collections.abc import Mapping
from functools import cache

from markupsafe import Markup


def cell_class(column: Mapping[str, object], value: object = None) -> Markup:
    """The class attribute of a column's cell; here and not in a macro, as a page asks for it hundreds of times."""
    return _attribute(is_empty=value == "", is_figure=bool(column.get("figure")), is_tight=bool(column.get("tight")))


@cache
def _attribute(*, is_empty: bool, is_figure: bool, is_tight: bool) -> Markup:
    named = {"cell-empty": is_empty, "cell-figure": is_figure, "cell-tight": is_tight}
    names = " ".join(name for name, holds in named.items() if holds)
    return Markup(' class="{}"').format(names) if names else Markup()
