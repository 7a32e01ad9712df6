"""Bodies in which plainly nothing is hidden need no strict reader, which takes twice as long."""

from collections.abc import Iterable
from itertools import chain
from types import NoneType

TEXTS = frozenset({str, NoneType})
VALUES = TEXTS | {int, bool}


def is_plain(body: bytes, value: object) -> bool:
    """Whether ``value`` is a list of ``events``, flat but for their properties, that says all that the body says.

    A reader passes over a name that stands twice in an object. Where nothing is escaped, two quotes make a text, and
    so as many texts as the quotes make are to be found in the value.
    """
    if b"\\" in body or not isinstance(value, dict) or value.keys() != {"events"}:
        return False
    events = value["events"]
    if not isinstance(events, list) or set(map(type, events)) != {dict}:
        return False
    values = list(chain.from_iterable(map(dict.values, events)))
    properties = [each for each in values if type(each) is dict] if dict in set(map(type, values)) else []
    inner = list(chain.from_iterable(map(dict.values, properties)))
    if not TEXTS.issuperset({*map(type, values)} - {dict}) or not VALUES.issuperset(map(type, inner)):
        return False
    names = 1 + sum(map(len, events)) + sum(map(len, properties))
    return body.count(b'"') == 2 * (names + _texts(values) + _texts(inner))


def _texts(values: Iterable[object]) -> int:
    return list(map(type, values)).count(str)
