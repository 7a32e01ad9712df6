"""Static files under their content's hash, so that a browser may keep them for ever."""

import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint, Response, abort, send_file

from agency.foundation.access.marks import public

FOLDER = Path(__file__).parents[1] / "static"
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
    path = VENDORED.get(name) or (FOLDER / name).resolve()
    inside = name in VENDORED or path.is_relative_to(FOLDER)
    return path if inside and path.is_file() else None


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
    response.cache_control.immutable = digest == content_hash(name)
    return response
