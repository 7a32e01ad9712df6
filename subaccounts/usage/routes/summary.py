"""Sums of usage for programs."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask.views import MethodView
from flask_babel import lazy_gettext as _l

from agency.foundation import clock
from agency.foundation.access.marks import permits
from agency.foundation.errors import DomainError, InvalidInput
from agency.foundation.local_days import start_of_month
from agency.foundation.tenancy import scope
from agency.tenants.queries import sub_account
from subaccounts.usage.queries import Sum, Wanted, meters_of, sums
from subaccounts.usage.routes.api import resources
from subaccounts.usage.rules.ranges import Bucket
from subaccounts.usage.schemas import UsageSummary, UsageSummaryQuery

LONGEST = {Bucket.HOUR: timedelta(days=31), Bucket.DAY: timedelta(days=366), Bucket.MONTH: timedelta(days=366 * 10)}


class StretchTooLong(DomainError):
    status = 422
    field = "end"
    message = _l("Ask for at most %(days)s days at a time in this bucket.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    start: datetime
    end: datetime
    bucket: Bucket
    time_zone: str
    data: list[Sum]


@resources.route("/usage/summary")
class UsageSummaryView(MethodView):
    @resources.arguments(UsageSummaryQuery, location="query")
    @resources.response(200, UsageSummary)
    @permits("usage.read")
    def get(self, query: dict[str, Any]) -> Summary:
        """Sum up a sub-account's usage by meter and hour, day or month of its own clock, and by member.

        Without times it is the current month. Usage counts as soon as it is rated, moments after it was accepted.
        """
        owner = sub_account(_whose(query))
        zone, now, bucket = ZoneInfo(owner.time_zone), clock.now(), query["bucket"]
        start = query.get("start") or start_of_month(now, zone)
        end = query.get("end") or start_of_month(start, zone, later=1)
        if end - start > LONGEST[bucket]:
            raise StretchTooLong(days=LONGEST[bucket].days)
        code, member = query.get("meter"), query.get("member")
        wanted = Wanted(
            sub_account=owner,
            start=start,
            end=end,
            bucket=bucket,
            by_member=query["by_member"],
            members=None if member is None else (member,),
        )
        meters = [meter for meter in meters_of(owner) if code in {None, meter.code}]
        return Summary(start=start, end=end, bucket=bucket, time_zone=owner.time_zone, data=sums(wanted, meters))


def _whose(query: dict[str, Any]) -> UUID:
    """With a key of a sub-account its own, where none is named."""
    named: UUID | None = query.get("sub_account_id") or scope.sub_account_id()
    if named is None:
        raise InvalidInput({"sub_account_id": [str(_l("This field is needed."))]})
    return named
