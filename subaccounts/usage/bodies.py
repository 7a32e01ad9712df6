"""Bodies of usage: read strictly, with a bound on what a compressed one may become."""

import zlib
from typing import Any, NoReturn

from flask import Request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType

from agency.foundation.errors import DomainError, InvalidInput
from agency.foundation.json_bodies import BodyMalformed, read_json
from subaccounts.usage.rules.plain import Said, read_plain

EVENTS_MAX = 1000
GZIP = 16 + zlib.MAX_WBITS


class TooManyEvents(DomainError):
    status = 422
    field = "events"
    message = _l("Send at most %(most)s events at a time; nothing of these %(count)s was stored.")


def read_events(request: Request) -> list[Said] | list[Any]:
    """The events of a body: a list under ``events``, or one alone.

    Raises:
        BodyMalformed: no JSON, or no gzip where the header says so.
        RequestEntityTooLarge: more bytes than any body may have, once it is unpacked.
        TooManyEvents: more than a thousand.
        InvalidInput: something else than events.
    """
    if not request.is_json:
        raise UnsupportedMediaType
    unpacked = _unpacked(request)
    plain = read_plain(unpacked)
    if plain and len(plain) <= EVENTS_MAX:
        return plain
    body = read_json(unpacked)
    if not isinstance(body, dict):
        _refuse("events", _("Send an object with a list of events."))
    if "events" not in body:
        return [body]
    events = body["events"]
    for name in body.keys() - {"events"}:
        _refuse(name, _("There is no such field."))
    if not isinstance(events, list) or not events:
        _refuse("events", _("Send a list of 1 to 1,000 events."))
    if len(events) > EVENTS_MAX:
        raise TooManyEvents(most=EVENTS_MAX, count=len(events))
    return events


def _refuse(name: str, sentence: str) -> NoReturn:
    raise InvalidInput({name: [sentence]})


def _unpacked(request: Request) -> bytes:
    body, encoding = request.get_data(), request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding == "identity":
        return body
    if encoding != "gzip":
        raise UnsupportedMediaType
    most = request.max_content_length or len(body)
    unpacking = zlib.decompressobj(GZIP)
    try:
        unpacked = unpacking.decompress(body, most)
    except zlib.error as error:
        raise BodyMalformed(reason=_("it is not gzip.")) from error
    if unpacking.unconsumed_tail:
        raise RequestEntityTooLarge
    if not unpacking.eof or unpacking.unused_data:
        raise BodyMalformed(reason=_("it is not gzip."))
    return unpacked
