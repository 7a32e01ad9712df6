"""What a seller sends, as PDF under its logo."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from agency.foundation.documents import render_pdf
from agency.tenants.queries import logo


def typeset(template: str, said: Mapping[str, Any], *, dated: datetime) -> bytes:
    """A template of documents with what it says; the logo that it was frozen with is kept for good."""
    digest = said["seller"].get("logo")
    return render_pdf(template, dict(said), dated=dated, logo=logo(digest) if digest else None)
