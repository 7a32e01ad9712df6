from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

from agency.foundation.charts import plot, share
from agency.foundation.icons import icon
from agency.foundation.tables import cell_class


@pytest.fixture(scope="session")
def render() -> Callable[..., str]:
    """Render a snippet that imports macros, with the globals and filters of the app in plain English."""
    folder = Path(__file__).parents[2] / "templates"
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # Added by the extension.
    environment.globals.update(cell_class=cell_class, icon=icon, plot=plot, share=share, csrf_token=lambda: "token")
    environment.filters.update(money=str, number=str, date=str, datetime=str, since=str)
    return lambda snippet, **context: environment.from_string(snippet).render(**context)
