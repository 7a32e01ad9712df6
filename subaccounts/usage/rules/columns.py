"""Many events looked at column by column: nearly always all are right, and to see so of all at once is quickest.

What is said of each column here is what ``events`` says of one event.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from msgspec import UNSET, UnsetType

from subaccounts.usage.rules.events import (
    ID_LENGTH_MAX,
    LONGEST_KEPT,
    MEMBER_LENGTH_MAX,
    MOMENT,
    QUANTITY,
    Window,
    are_properties,
    as_kept,
)
from subaccounts.usage.rules.plain import Said

Given = TypeVar("Given")


class Columns(NamedTuple):
    """Events in the order of their ids."""

    ids: Sequence[str]
    sub_accounts: Sequence[str | None]
    meters: Sequence[str]
    written: Sequence[str]
    quantities: Sequence[str]
    members: Sequence[str | None]
    properties: Sequence[Mapping[str, Any] | None]


def in_columns(events: Sequence[Said], window: Window) -> Columns | None:
    """None where anything is wrong with any of them: then each is to be looked at."""
    ordered = sorted(events, key=attrgetter("id"))
    columns = Columns(
        ids=[event.id for event in ordered],
        sub_accounts=_given([event.sub_account_id for event in ordered]),
        meters=[event.meter for event in ordered],
        written=[event.occurred_at for event in ordered],
        quantities=[event.quantity for event in ordered],
        members=_given([event.member for event in ordered]),
        properties=_given([event.properties or UNSET for event in ordered]),
    )
    return columns._replace(written=_kept(columns.written)) if _are_right(columns, window) else None


def _given(values: list[Given | UnsetType | None]) -> list[Given | None]:
    return [None if value is UNSET else value for value in values]


def _are_right(columns: Columns, window: Window) -> bool:
    return (
        _are_names(columns.ids, ID_LENGTH_MAX)
        and all(map(QUANTITY, set(columns.quantities)))
        and _are_moments(columns.written, window)
        and _are_names({member for member in set(columns.members) if member is not None}, MEMBER_LENGTH_MAX)
        and all(map(are_properties, filter(None, columns.properties)))
    )


def _are_names(values: Collection[str], longest: int) -> bool:
    return all(map(str.strip, values)) and max(map(len, values), default=0) <= longest and "".join(values).isprintable()


def _are_moments(written: Sequence[str], window: Window) -> bool:
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
