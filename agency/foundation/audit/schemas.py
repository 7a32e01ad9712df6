from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import fields, validate

from agency.foundation import i18n
from agency.foundation.api import ListQuery
from agency.foundation.audit.queries import Wanted
from agency.foundation.local_days import instant
from agency.foundation.schemas import QuerySchema, StrictSchema, Text, TypedId

A_DAY = timedelta(days=1)
# Dates beyond any log, which a calendar cannot add a day to.
DAYS = validate.Range(date(2000, 1, 1), date(2200, 1, 1))


class LogCursor(QuerySchema):
    """Which page of a log without filters."""

    cursor = fields.String()


class LogFilters(LogCursor):
    """The filters of the page; days are those of the agency's own calendar, both included."""

    action = Text(longest=80)
    actor = Text()
    first_day = fields.Date(data_key="from", validate=DAYS)
    last_day = fields.Date(data_key="to", validate=DAYS)


def wanted_on(filters: dict[str, Any]) -> Wanted:
    """The entries of the days asked for, as the agency's calendar has them."""
    first, last = filters.get("first_day"), filters.get("last_day")
    return Wanted(
        action=filters.get("action"),
        actor=filters.get("actor"),
        since=_start(first) if first else None,
        until=_start(last + A_DAY) if last else None,
    )


def _start(day: date) -> datetime:
    return instant(day, ZoneInfo(i18n.time_zone()))


class LogQuery(ListQuery):
    """What the API's list takes."""

    action = Text(longest=80, metadata={"description": "One kind of act.", "example": "sub_account.paused"})
    actor = Text(metadata={"description": "A part of the name of who acted.", "example": "Ana"})
    sub_account_id = TypedId("sac")
    since = fields.AwareDateTime(metadata={"description": "From this moment."})
    until = fields.AwareDateTime(metadata={"description": "Before this moment."})


class AuditEntryAnswer(StrictSchema):
    """Who did what to which thing, and how the changed fields stood before and after."""

    id = fields.String(attribute="public_id", metadata={"example": "aud_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    occurred_at = fields.AwareDateTime()
    action = fields.String(metadata={"example": "sub_account.paused"})
    actor_kind = fields.String(metadata={"description": "person, api_key, operator or platform", "example": "person"})
    actor_name = fields.String(metadata={"example": "Ana Ruiz"})
    subject_type = fields.String(metadata={"description": "The prefix of its id.", "example": "sac"})
    subject_id = fields.String(attribute="public_subject_id", metadata={"example": "sac_01hzy3v7k2e8mb4x9q0n5t6w1r"})
    subject_name = fields.String(metadata={"example": "Dental Norte"})
    sub_account_id = TypedId("sac", allow_none=True)
    before = fields.Dict(metadata={"example": {}})
    after = fields.Dict(metadata={"example": {"reason": "Unpaid since March"}})
    request_id = fields.String(allow_none=True, metadata={"example": "req_01hzy3v7k2e8mb4x9q0n5t6w1r"})


class AuditEntries(StrictSchema):
    data = fields.List(fields.Nested(AuditEntryAnswer), attribute="rows")
    next_cursor = fields.String(allow_none=True)
