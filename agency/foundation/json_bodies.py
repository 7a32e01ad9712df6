"""JSON bodies, read so strictly that no two readers could understand them differently (RFC 8259 and I-JSON)."""

import json
import math
import re
from itertools import accumulate
from typing import Any

from flask import Request
from flask_babel import lazy_gettext as _l
from marshmallow import Schema, missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from agency.foundation.errors import DomainError

DEPTH_MAX = 32
# PostgreSQL keeps no NUL, and half of a surrogate pair is no letter.
NO_LETTER = re.compile("[\\x00\ud800-\udfff]")
STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
NO_STEPS = bytes(set(range(256)) - STEPS.keys())


class BodyMalformed(DomainError):
    status = 400
    message = _l("The body is not JSON as RFC 8259 has it: %(reason)s")


class BodyParser(FlaskParser):
    """Reads the bodies of API requests; no body at all is an object without fields."""

    # The schema says what becomes of a field it does not know, in a query as in a body.
    DEFAULT_UNKNOWN_BY_LOCATION: dict[str, str | None] = {}

    def load_json(self, req: Request, schema: Schema) -> Any:  # noqa: ANN401, ARG002  # Webargs' signature.
        body = req.get_data(cache=True)
        if not body:
            return missing
        if not req.is_json:
            raise UnsupportedMediaType
        return read_json(body)


def read_json(body: bytes) -> Any:  # noqa: ANN401  # Any JSON.
    """The value in a body.

    Raises:
        BodyMalformed: not JSON in UTF-8, a name twice in one object, a number that is none, or nested too deeply.
    """
    try:
        value = json.loads(
            body.decode(), object_pairs_hook=_object, parse_constant=_no_number, parse_float=_finite_number
        )
        if _may_hold_more_than_plain_data(body):
            _check(value, DEPTH_MAX)
    except UnicodeDecodeError as error:
        raise BodyMalformed(reason=_l("it is not UTF-8.")) from error
    except json.JSONDecodeError as error:
        raise BodyMalformed(reason=_l("it goes wrong at character %(position)d.", position=error.pos)) from error
    except RecursionError as error:
        raise BodyMalformed(reason=_l("it is nested too deeply.")) from error
    except ValueError as error:  # Python reads no number of more than 4,300 digits.
        raise BodyMalformed(reason=_l("a number in it has too many digits.")) from error
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BodyMalformed(reason=_l("an object in it has a name twice."))
    return found


def _no_number(text: str) -> float:
    raise BodyMalformed(reason=_l("%(text)s is no number.", text=text))


def _finite_number(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else _no_number(text)


def _may_hold_more_than_plain_data(body: bytes) -> bool:
    """A quick look that most bodies pass: no letter is escaped, and even counting brackets in texts it is flat."""
    depths = accumulate(map(STEPS.__getitem__, body.translate(None, NO_STEPS)))
    return b"\\u" in body or max(depths, default=0) > DEPTH_MAX


def _check(value: object, depth_left: int) -> None:
    if depth_left < 0:
        raise RecursionError
    if isinstance(value, str):
        if NO_LETTER.search(value):
            raise BodyMalformed(reason=_l("a text in it holds what is no letter."))
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check(name, depth_left - 1)
            _check(inner, depth_left - 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, depth_left - 1)
