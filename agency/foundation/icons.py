"""Icons: one set (Lucide), drawn inline so that they take the colour of the words beside them."""

from functools import cache

from lucide import IconDoesNotExist
from lucide.jinja import lucide
from markupsafe import Markup


class UnknownIcon(LookupError):
    """The name is not an icon of the set: a mistake of ours in a template."""


@cache
def icon(name: str, size: int = 16, label: str | None = None) -> Markup:
    """Draw an icon ``size`` pixels wide; without a label it is hidden from screen readers.

    Raises:
        UnknownIcon: the set has no icon of that name.
    """
    attributes = {"class": "icon", "focusable": "false", "stroke_width": "1.75"}
    attributes |= {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    try:
        drawing = lucide(name, size=size, **attributes)
    except IconDoesNotExist as error:
        raise UnknownIcon(name) from error
    title = Markup("<title>{}</title>").format(label) if label else Markup()
    head, rest = drawing.strip().split(">", 1)
    return Markup("{}>{}{}").format(head, title, rest)
