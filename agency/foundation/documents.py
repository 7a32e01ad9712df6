"""PDF documents: a typst template and plain data give the same PDF/A bytes every time.

A person's text reaches the template as data and is never read as markup.
"""

import json
from base64 import b64encode
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from struct import unpack
from threading import Lock
from typing import Final

import typst

from agency.foundation.database.base import JsonObject

TEMPLATES = Path(__file__).parents[2] / "templates" / "documents"
STANDARD: Final = "a-3b"
# A compiler refuses a second thread while it works; a document takes it some milliseconds.
_typesetting = Lock()


def render_pdf(template: str, data: JsonObject, *, dated: datetime, logo: bytes | None = None) -> bytes:
    """Typeset ``templates/documents/<template>.typ``; ``data`` is what the template reads as ``data``.

    ``logo`` is a PNG, and ``data.logo`` there.

    Equal data and date give equal bytes.
    """
    with _typesetting:
        rendered = _compiler().compile(
            TEMPLATES / f"{template}.typ",
            format="pdf",
            sys_inputs={"data": json.dumps(data | {"logo": _drawing(logo)}, sort_keys=True, ensure_ascii=False)},
            pdf_standards=STANDARD,
            timestamp=dated.replace(microsecond=0),  # The standard knows no parts of a second.
        )
    if not isinstance(rendered, bytes):
        raise TypeError("one document is one PDF")
    return rendered


def _drawing(png: bytes | None) -> str:
    """The picture within text, as a template takes text alone; its head says how wide and how high it is."""
    if png is None:
        return ""
    width, height = unpack(">II", png[16:24])
    size = f'width="{width}" height="{height}"'
    source = f"data:image/png;base64,{b64encode(png).decode()}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><image {size} href="{source}"/></svg>'


@cache
def _compiler() -> typst.Compiler:
    """One per process: fonts are read once. The system's own fonts stay out, or bytes would differ by machine."""
    face = find_spec("font_source_sans_pro")
    folders = [] if face is None or face.origin is None else [str(Path(face.origin).parent / "files")]
    return typst.Compiler(root=TEMPLATES, font_paths=folders, ignore_system_fonts=True)
