"""Events that plainly are what they should be, read straight into rows; all others are looked at one by one."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

Properties = dict[str, str | int | bool | None]


class Said(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """An event that has the fields it needs, each of its kind; what they hold is still to be looked at."""

    id: str
    meter: str
    quantity: str
    occurred_at: str
    sub_account_id: str | UnsetType | None = UNSET
    member: str | UnsetType | None = UNSET
    properties: Properties | UnsetType | None = UNSET


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    events: list[Said]


_BODY = msgspec.json.Decoder(_Body)
_NEEDED = 4  # Fields without which there is no event: each a name and a text.


def read_plain(body: bytes) -> list[Said] | None:
    """The events of a body that says nothing else; None where anything in it asks for the strict reader.

    A reader passes over a name that stands twice in an object. Where nothing is escaped, two quotes make a text, and
    so as many texts as the quotes make are to be found in the events.
    """
    if b"\\" in body:
        return None
    try:
        events = _BODY.decode(body).events
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    texts = 1 + 2 * _NEEDED * len(events)
    texts += _texts([event.sub_account_id for event in events]) + _texts([event.member for event in events])
    given = [event.properties for event in events if event.properties is not UNSET]
    texts += len(given) + sum(len(each) + _strings(each) for each in given if each)
    return events if body.count(b'"') == 2 * texts else None


def as_plain(said: Sequence[Any]) -> list[Said] | None:
    """The same of events that are read already."""
    try:
        return msgspec.convert(said, list[Said])
    except msgspec.ValidationError:
        return None


def in_full(events: Sequence[Any]) -> Sequence[Any]:
    """As they were said, with the fields that were given alone."""
    return [msgspec.to_builtins(event) if isinstance(event, Said) else event for event in events]


def _texts(column: Sequence[object]) -> int:
    """Names and texts of a field that may be missing, or null."""
    return 2 * (len(column) - column.count(UNSET)) - column.count(None)


def _strings(properties: Mapping[str, object]) -> int:
    return sum(type(value) is str for value in properties.values())
