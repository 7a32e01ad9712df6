"""Legal numbers without gaps: a range under the lock of the series' row, which is taken last of all."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from agency.foundation import ids
from agency.foundation.database.session import session
from agency.foundation.tenancy import scope
from subaccounts.invoices.models.sellers import Series, SeriesKind
from subaccounts.invoices.rules.canonical import number_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Numbers taken from a series, and the day of issue that goes with them."""

    series_id: UUID
    prefix: str
    first: int
    issued_on: date

    def text(self, number: int) -> str:
        return number_text(self.prefix, number)


def take(sub_account_id: UUID | None, kind: SeriesKind, prefix: str, count: int, *, today: date) -> Range:
    """The next numbers of the seller's series, held until the transaction ends.

    The day of issue never runs backwards in a series: it is the last one's where that lies after today.
    """
    series = _locked(sub_account_id, kind, prefix)
    if series is None:
        _begin(sub_account_id, kind, prefix)
        series = _locked(sub_account_id, kind, prefix)
    if series is None:
        raise LookupError(prefix)
    first, issued_on = series.next_number, max(today, series.last_issued_on or today)
    series.next_number, series.last_issued_on = first + count, issued_on
    session.flush()
    return Range(series_id=series.id, prefix=prefix, first=first, issued_on=issued_on)


def _locked(sub_account_id: UUID | None, kind: SeriesKind, prefix: str) -> Series | None:
    return session.scalar(
        select(Series)
        .where(
            Series.sub_account_id.is_not_distinct_from(sub_account_id),
            Series.kind == kind,
            Series.number_prefix == prefix,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _begin(sub_account_id: UUID | None, kind: SeriesKind, prefix: str) -> None:
    """Whoever comes at the same moment finds the other's."""
    row = {
        "agency_id": scope.agency_id(),
        "id": ids.new_id(),
        "sub_account_id": sub_account_id,
        "kind": kind,
        "number_prefix": prefix,
        "next_number": 1,
    }
    session.execute(insert(Series).values(row).on_conflict_do_nothing())
