"""What a usage event must say, read strictly and quickly: a thousand of them arrive in one body."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, TypeGuard

ID_LENGTH_MAX = 128
MEMBER_LENGTH_MAX = 128
PROPERTIES_LENGTH_MAX = 4096
NOTHING = ""  # Stands for what is no text: nothing is called so.
FIELDS = frozenset({"id", "sub_account_id", "meter", "quantity", "occurred_at", "member", "properties", "corrects"})
# As far as a usage price counts: twelve digits before the point are a trillion units in one event.
QUANTITY = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?", re.ASCII).fullmatch
TAKEN_BACK = re.compile(r"-[0-9]{1,12}(?:\.[0-9]{1,12})?", re.ASCII).fullmatch
NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)
MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:[Zz]|[+-](?:0[0-9]|1[0-5]):[0-5][0-9])",
    re.ASCII,
).fullmatch
LONGEST_KEPT = len("2026-03-31T18:00:00.123456Z")
MOMENT_WITHOUT_ZONE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ][0-9:.]*)?", re.ASCII)


class Fault(StrEnum):
    """Why an event is rejected; a word for programs, ``words`` has the sentence."""

    NOT_AN_OBJECT = "not_an_object"
    UNKNOWN_FIELD = "unknown_field"
    ID_INVALID = "id_invalid"
    SUB_ACCOUNT_UNKNOWN = "sub_account_unknown"
    SUB_ACCOUNT_CLOSED = "sub_account_closed"
    METER_UNKNOWN = "meter_unknown"
    QUANTITY_NOT_A_DECIMAL = "quantity_not_a_decimal"
    QUANTITY_NEGATIVE = "quantity_negative"
    QUANTITY_OUT_OF_RANGE = "quantity_out_of_range"
    TIME_INVALID = "time_invalid"
    TIME_WITHOUT_ZONE = "time_without_zone"
    TIME_IN_FUTURE = "time_in_future"
    TIME_TOO_OLD = "time_too_old"
    MEMBER_INVALID = "member_invalid"
    PROPERTIES_INVALID = "properties_invalid"
    UNIQUE_KEY_MISSING = "unique_key_missing"
    CORRECTED_UNKNOWN = "corrected_unknown"
    CORRECTION_UNFIT = "correction_unfit"


class Sent(NamedTuple):
    """An event that says all it must; whether its sub-account and meter exist is looked up for all at once.

    ``written_at`` is the moment as it was sent: the database reads it as quickly as we would write it anew.
    """

    number: int
    id: str
    sub_account: str | None
    meter: str
    occurred_at: datetime
    written_at: str
    quantity: str
    member: str | None
    corrects: str | None
    properties: Mapping[str, Any] | None


class Window(NamedTuple):
    """When what is sent may have occurred, both inclusive."""

    earliest: datetime
    latest: datetime


def read_event(number: int, said: object, window: Window) -> Sent | Fault:
    """One event of a body, or the first thing that is wrong with it."""
    if not isinstance(said, dict) or not said.keys() <= FIELDS:
        return Fault.UNKNOWN_FIELD if isinstance(said, dict) else Fault.NOT_AN_OBJECT
    get = said.get
    event_id, quantity, member, corrects = get("id"), get("quantity"), get("member"), get("corrects")
    written_at: Any = get("occurred_at")
    properties = get("properties")
    occurred_at = _moment(written_at, window)
    if (
        isinstance(occurred_at, datetime)
        and isinstance(quantity, str)
        and (TAKEN_BACK if corrects else QUANTITY)(quantity)
        and _is_name(event_id, ID_LENGTH_MAX)
        and (member is None or _is_name(member, MEMBER_LENGTH_MAX))
        and (corrects is None or _is_name(corrects, ID_LENGTH_MAX))
        and (properties is None or are_properties(properties))
    ):
        sub_account, meter = get("sub_account_id"), get("meter")
        return Sent(
            number,
            event_id,
            sub_account if sub_account is None or isinstance(sub_account, str) else NOTHING,
            meter if isinstance(meter, str) else NOTHING,
            occurred_at,
            as_kept(written_at, occurred_at),
            quantity,
            member,
            corrects,
            properties or None,
        )
    return _first_fault(said, occurred_at)


def as_kept(written: str, moment: datetime) -> str:
    """What is finer than a microsecond is cut off here, where the database would round it."""
    return written if len(written) <= LONGEST_KEPT else moment.isoformat()


def _first_fault(said: Mapping[str, Any], occurred_at: datetime | Fault) -> Fault:
    """Asked only where something is wrong, so that what is right passes quickly."""
    member, corrects = said.get("member"), said.get("corrects")
    if not _is_name(said.get("id"), ID_LENGTH_MAX):
        return Fault.ID_INVALID
    if corrects is not None and not _is_name(corrects, ID_LENGTH_MAX):
        return Fault.CORRECTED_UNKNOWN
    if fault := _quantity_fault(said.get("quantity"), is_correction=corrects is not None):
        return fault
    if isinstance(occurred_at, Fault):
        return occurred_at
    is_member = member is None or _is_name(member, MEMBER_LENGTH_MAX)
    return Fault.PROPERTIES_INVALID if is_member else Fault.MEMBER_INVALID


def _is_name(value: object, longest: int) -> TypeGuard[str]:
    """Letters that people can see, in one line; spaces alone name nothing."""
    return isinstance(value, str) and 0 < len(value) <= longest and value.isprintable() and not value.isspace()


def _quantity_fault(quantity: object, *, is_correction: bool) -> Fault | None:
    if not isinstance(quantity, str):
        return Fault.QUANTITY_NOT_A_DECIMAL
    if (TAKEN_BACK if is_correction else QUANTITY)(quantity):
        return None
    if is_correction and QUANTITY(quantity):
        return Fault.CORRECTION_UNFIT
    if TAKEN_BACK(quantity):
        return Fault.QUANTITY_NEGATIVE
    return Fault.QUANTITY_OUT_OF_RANGE if NUMBER.fullmatch(quantity) else Fault.QUANTITY_NOT_A_DECIMAL


def _moment(said: object, window: Window) -> datetime | Fault:
    if not isinstance(said, str) or not MOMENT(said):
        without_zone = isinstance(said, str) and MOMENT_WITHOUT_ZONE.fullmatch(said)
        return Fault.TIME_WITHOUT_ZONE if without_zone else Fault.TIME_INVALID
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        return Fault.TIME_INVALID
    if window.earliest <= moment <= window.latest:
        return moment
    return Fault.TIME_IN_FUTURE if moment > window.latest else Fault.TIME_TOO_OLD


def are_properties(value: object) -> bool:
    """A flat object of plain values: it is shown and told apart by, not calculated with."""
    if not isinstance(value, dict) or any(isinstance(part, (dict, list)) for part in value.values()):
        return False
    return len(json.dumps(value, ensure_ascii=False)) <= PROPERTIES_LENGTH_MAX
