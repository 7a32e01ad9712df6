"""Pictures of apps as files; an address never changes what it means, so browsers keep it."""

from flask import Response

from agency.foundation.static_files import YEAR_SECONDS


def png_response(png: bytes) -> Response:
    response = Response(png, mimetype="image/png")
    response.cache_control.private = response.cache_control.immutable = True
    response.cache_control.max_age = YEAR_SECONDS
    return response
