"""What a publisher sees of its apps in every agency: read in its own scope, where a policy opens its rows alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from agency.foundation.database.bulk import execute
from agency.foundation.errors import NotFound
from agency.foundation.money import Money
from agency.foundation.tenancy import scope


class PublishedInstall(NamedTuple):
    id: UUID
    agency_id: UUID
    sub_account_id: UUID
    app_id: UUID
    app_price_id: UUID | None
    client_name: str
    state: str
    installed_at: datetime
    trial_ends_at: datetime | None
    removed_at: datetime | None


INSTALLS = """
SELECT id, agency_id, sub_account_id, app_id, app_price_id, client_name, state, installed_at, trial_ends_at, removed_at
FROM installs
WHERE publisher_id = %(publisher_id)s AND app_id = %(app_id)s
    AND (%(before)s::uuid IS NULL OR id < %(before)s::uuid)
ORDER BY id DESC LIMIT %(limit)s
"""
ONE_INSTALL = """
SELECT id, agency_id, sub_account_id, app_id, app_price_id, client_name, state, installed_at, trial_ends_at, removed_at
FROM installs WHERE publisher_id = %(publisher_id)s AND id = %(id)s
"""


def published_installs(app_id: UUID, *, before: UUID | None = None, limit: int = 25) -> Sequence[PublishedInstall]:
    """Newest first; ``before`` is the id of the last one seen."""
    rows = execute(INSTALLS, {"publisher_id": scope.agency_id(), "app_id": app_id, "before": before, "limit": limit})
    return [PublishedInstall(*row) for row in rows]


def published_install(install_id: UUID) -> PublishedInstall:
    """Raises NotFound: none such of an app of this publisher."""
    row = execute(ONE_INSTALL, {"publisher_id": scope.agency_id(), "id": install_id}).fetchone()
    if row is None:
        raise NotFound
    return PublishedInstall(*row)


class Earned(NamedTuple):
    """What one app brought in one month and currency; amounts of all its clients."""

    month: datetime
    app_id: UUID
    currency: str
    entries: int
    paid: Money
    given_back: Money
    developer: Money


EARNED = """
SELECT date_trunc('month', charged_at, 'UTC') AS month, app_id, currency, count(*),
    coalesce(sum(amount_micros) FILTER (WHERE amount_micros > 0), 0)::bigint,
    coalesce(-sum(amount_micros) FILTER (WHERE amount_micros < 0), 0)::bigint,
    sum(developer_micros)::bigint
FROM app_charges
WHERE publisher_id = %(publisher_id)s
GROUP BY 1, 2, 3 ORDER BY 1 DESC, 2, 3
"""


def earned() -> Sequence[Earned]:
    """What every app brought, month by month in UTC, the newest first."""
    rows = execute(EARNED, {"publisher_id": scope.agency_id()})
    return [
        Earned(month, app_id, currency, count, *(Money(micros, currency) for micros in amounts))
        for month, app_id, currency, count, *amounts in rows
    ]


class Counted(NamedTuple):
    running: int
    removed: int


COUNTS = """
SELECT app_id, count(*) FILTER (WHERE removed_at IS NULL), count(*) FILTER (WHERE removed_at IS NOT NULL)
FROM installs WHERE publisher_id = %(publisher_id)s GROUP BY 1
"""


def counts() -> dict[UUID, Counted]:
    """How many installs each app has."""
    rows = execute(COUNTS, {"publisher_id": scope.agency_id()})
    return {app_id: Counted(running, removed) for app_id, running, removed in rows}
