"""Icons: one set (Lucide), drawn inline so that they take the colour of the words beside them."""

from functools import cache
from importlib.resources import files
from io import BytesIO
from zipfile import ZipFile

from markupsafe import Markup

SVG = Markup(
    '<svg class="icon" width="{size}" height="{size}" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
    ' stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" focusable="false" {spoken}>{shapes}</svg>'
)
SILENT = Markup('aria-hidden="true"')
SPOKEN = Markup('role="img" aria-label="{label}"')
TITLE = Markup("<title>{label}</title>")


class UnknownIcon(LookupError):
    """The name is not an icon of the set: a mistake of ours in a template."""


@cache
def icon(name: str, size: int = 16, label: str | None = None) -> Markup:
    """Draw an icon ``size`` pixels wide; without a label it is hidden from screen readers.

    Raises:
        UnknownIcon: the set has no icon of that name.
    """
    if label is None:
        return SVG.format(size=size, spoken=SILENT, shapes=_shapes(name))
    shapes = TITLE.format(label=label) + _shapes(name)
    return SVG.format(size=size, spoken=SPOKEN.format(label=label), shapes=shapes)


def _shapes(name: str) -> Markup:
    """What stands within the drawing's own ``<svg>``."""
    try:
        drawing = _drawings().read(f"{name}.svg").decode()
    except KeyError as error:
        raise UnknownIcon(name) from error
    shapes = drawing.partition(">")[2].rpartition("<")[0].strip()
    return Markup(shapes)  # noqa: S704  # nosec B704  # The set's own drawing, nobody's words.


@cache
def _drawings() -> ZipFile:
    """Opened once, as its list of drawings takes 20 ms to read; from memory, as forks would share the file."""
    return ZipFile(BytesIO(files("lucide").joinpath("lucide.zip").read_bytes()))
