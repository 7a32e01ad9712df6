"""Events into the database: nearly always all of a body are right and new, and then they are stored at once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from psycopg.errors import UniqueViolation

from agency.foundation import ids
from agency.foundation.database.bulk import execute, texts, together
from agency.tenants import queries as tenants
from subaccounts.usage.models.events import Origin
from subaccounts.usage.operations.known import known_names
from subaccounts.usage.operations.rows import Rows, as_json, insert_batch, insert_rows
from subaccounts.usage.operations.sifting import sift
from subaccounts.usage.rules.answers import Answer, Outcome
from subaccounts.usage.rules.columns import Columns, in_columns
from subaccounts.usage.rules.events import Window
from subaccounts.usage.rules.plain import as_plain, in_full

# Senders' clocks are not ours: a few minutes are no fault of theirs.
CLOCK_SKEW = timedelta(minutes=5)


def store(said: Sequence[Any], *, origin: Origin, now: datetime) -> list[Answer]:
    """Store what is good among the events that were sent; answers each, in their order.

    An event and its key are one row, so a write that fails claims nothing. Called in a transaction, in the scope of
    the agency or of the sub-account whose key sends.
    """
    window = Window(now - timedelta(days=tenants.agency().usage_days_back), now + CLOCK_SKEW)
    events = as_plain(said)
    columns = in_columns(events, window) if events else None
    if events and columns and _is_stored(columns, origin=origin, now=now):
        return [Answer(number, event.id, Outcome.ACCEPTED) for number, event in enumerate(events)]
    return sift(in_full(said), window, origin=origin, now=now)


def _is_stored(columns: Columns, *, origin: Origin, now: datetime) -> bool:
    """All of them or, where one needs a closer look, none."""
    rows = _rows(columns)
    if rows is None:
        return False
    batch_id = ids.new_id()
    try:
        with together():
            execute("SAVEPOINT all_new", {})
            insert_rows(rows, batch_id)
            insert_batch(batch_id, len(columns.ids), origin=origin, now=now)
    except UniqueViolation:
        execute("ROLLBACK TO SAVEPOINT all_new", {})
        return False
    return True


def _rows(columns: Columns) -> Rows | None:
    """None where one names what is not known here, or its meter counts unique keys."""
    known = known_names(set(columns.sub_accounts), set(columns.meters))
    if known is None:
        return None
    owner_ids, meter_ids = known
    nothing = [None] * len(columns.ids)
    return Rows(
        ids=texts(columns.ids),
        sub_accounts=texts([owner_ids[said] for said in columns.sub_accounts]),
        meters=texts([meter_ids[code] for code in columns.meters]),
        occurred=texts(columns.written),
        quantities=texts(columns.quantities),
        members=texts(columns.members),
        corrects=texts(nothing),
        properties=as_json(columns.properties),
    )
