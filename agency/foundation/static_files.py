"""Static files under their content's hash, so that a browser may keep them for ever."""

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint, Response, abort, send_file

from agency.foundation.access.marks import public

FOLDER = Path(__file__).resolve().parents[1] / "static"
HASH_LENGTH = 12
YEAR_SECONDS = 31_536_000

static_files = Blueprint("static_files", __name__)


def _vendored() -> dict[str, Path]:
    htmx = find_spec("js_lib_htmx")
    assert htmx is not None  # noqa: S101  # It is among the locked dependencies.
    assert htmx.origin is not None  # noqa: S101  # The same.
    return {"vendor/htmx.min.js": next(Path(htmx.origin).parent.rglob("htmx.min.js"))}


VENDORED = _vendored()


def _path(name: str) -> Path | None:
    if name in VENDORED:
        return VENDORED[name]
    try:
        path = (FOLDER / name).resolve()
        return path if path.is_relative_to(FOLDER) and path.is_file() else None
    except (OSError, ValueError):  # Too long for the file system, or with a NUL.
        return None


@cache
def content_hash(name: str) -> str:
    path = _path(name)
    if path is None:
        raise FileNotFoundError(name)
    return hashlib.sha256(path.read_bytes()).hexdigest()[:HASH_LENGTH]


def static_url(name: str) -> str:
    return f"/static/{content_hash(name)}/{name}"


@static_files.get("/static/<digest>/<path:name>")
@public("Stylesheets and scripts hold nothing of anybody.")
def file(digest: str, name: str) -> Response:
    path = _path(name)
    if path is None:
        abort(404)
    response = send_file(path, max_age=YEAR_SECONDS)
    if digest == content_hash(name):
        response.cache_control.immutable = True
    else:
        # Another release asks: what we have must not stand under its address for a year.
        response.headers["Cache-Control"] = "no-store"
    return response
