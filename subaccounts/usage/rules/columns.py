"""Many events looked at column by column: nearly always all are right, and to see so of all at once is quickest.

What is said of each column here is what ``events`` says of one event.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from subaccounts.usage.rules.events import (
    FIELDS,
    ID_LENGTH_MAX,
    LONGEST_KEPT,
    MEMBER_LENGTH_MAX,
    MOMENT,
    QUANTITY,
    Window,
    are_properties,
    as_kept,
)

PLAIN = FIELDS - {"corrects"}


class Columns(NamedTuple):
    """Events in the order of their ids."""

    ids: Sequence[str]
    sub_accounts: Sequence[str | None]
    meters: Sequence[str]
    written: Sequence[str]
    quantities: Sequence[str]
    members: Sequence[str | None]
    properties: Sequence[Mapping[str, Any] | None]


def in_columns(said: Sequence[Any], window: Window) -> Columns | None:
    """None where anything is wrong with any of them, or one corrects another: then each is to be looked at."""
    if not said or not _only(dict, said) or not PLAIN.issuperset(set().union(*said)):
        return None
    if not _are_names([each.get("id") for each in said], ID_LENGTH_MAX):
        return None
    ordered = sorted(said, key=itemgetter("id"))
    columns = Columns(*([each.get(name) for each in ordered] for name in _NAMES))
    if not _are_right(columns, window):
        return None
    return columns._replace(
        written=_kept(columns.written), properties=[properties or None for properties in columns.properties]
    )


_NAMES = ("id", "sub_account_id", "meter", "occurred_at", "quantity", "member", "properties")


def _are_right(columns: Columns, window: Window) -> bool:
    return (
        _only(str, columns.meters)
        and all(_only(str, _given(column)) for column in (columns.sub_accounts, columns.members))
        and _only(str, columns.quantities)
        and all(map(QUANTITY, set(columns.quantities)))
        and _are_moments(columns.written, window)
        and _are_names(set(_given(columns.members)), MEMBER_LENGTH_MAX)
        and all(map(are_properties, _given(columns.properties)))
    )


def _given(values: Sequence[Any]) -> Sequence[Any]:
    return [value for value in values if value is not None] if None in values else values


def _only(kind: type, values: Collection[object]) -> bool:
    return {kind}.issuperset(map(type, values))


def _are_names(values: Collection[Any], longest: int) -> bool:
    return (
        _only(str, values)
        and all(map(str.strip, values))
        and max(map(len, values), default=0) <= longest
        and "".join(values).isprintable()
    )


def _are_moments(written: Sequence[Any], window: Window) -> bool:
    if not _only(str, written):
        return False
    told_apart = set(written)
    if not all(map(MOMENT, told_apart)):
        return False
    try:
        moments = list(map(datetime.fromisoformat, told_apart))
    except ValueError:
        return False
    return window.earliest <= min(moments) and max(moments) <= window.latest


def _kept(written: Sequence[str]) -> Sequence[str]:
    if max(map(len, written)) <= LONGEST_KEPT:
        return written
    return [as_kept(text, datetime.fromisoformat(text)) for text in written]
