"""Every component in every state, on one page; not in production."""

from datetime import timedelta
from typing import NamedTuple

from flask import current_app, render_template

from agency.foundation import clock
from agency.foundation.access.blueprints import outside
from agency.foundation.access.marks import public
from agency.foundation.errors import NotFound
from agency.foundation.money import Money

styleguide = outside("styleguide", __name__)


class Specimen(NamedTuple):
    """A form as the macros know it."""

    values: dict[str, object]
    errors: dict[str, list[str]]


@styleguide.get("/styleguide")
@public("Specimens hold nothing of anybody.")
def page() -> str:
    if not current_app.extensions["settings"].shows_styleguide:
        raise NotFound
    return render_template(
        "agency/styleguide/page.html", now=clock.wall(), timedelta=timedelta, Money=Money, Form=Specimen
    )
