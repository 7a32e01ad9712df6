"""What was paid to a publisher, and what is due: read in its own scope, where a policy opens its rows alone."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from agency.foundation.database.bulk import execute
from agency.foundation.database.session import session
from agency.foundation.errors import NotFound
from agency.foundation.money import Money
from agency.foundation.paging import Page, paged
from agency.foundation.tenancy import scope
from marketplace.catalogue.models.apps import Publisher
from marketplace.payouts.models import Payout, PayoutPart


class Account(NamedTuple):
    """What a publisher earned in one currency, and what of it was paid."""

    earned: Money
    paid: Money

    @property
    def due(self) -> Money:
        return self.earned - self.paid


EARNED = """
SELECT currency, sum(developer_micros)::bigint FROM app_charges WHERE publisher_id = %(publisher_id)s GROUP BY 1
"""


def accounts() -> list[Account]:
    """Of the publisher at hand, by currency."""
    earned: dict[str, int] = dict(execute(EARNED, {"publisher_id": scope.agency_id()}).fetchall())
    sums = session.execute(select(Payout.currency, func.sum(Payout.amount_micros)).group_by(Payout.currency))
    paid = {currency: int(micros) for currency, micros in sums}
    return [
        Account(Money(earned.get(currency, 0), currency), Money(paid.get(currency, 0), currency))
        for currency in sorted(earned.keys() | paid.keys())
    ]


class Debtor(NamedTuple):
    """A client in whose books its agency owes."""

    agency_id: UUID
    sub_account_id: UUID


OWED = """
SELECT agency_id, sub_account_id, sum(micros)::bigint
FROM (
    SELECT agency_id, sub_account_id, developer_micros AS micros
    FROM app_charges WHERE publisher_id = %(publisher_id)s AND currency = %(currency)s
    UNION ALL
    SELECT agency_id, sub_account_id, -amount_micros
    FROM payout_parts WHERE publisher_id = %(publisher_id)s AND currency = %(currency)s
) entries
GROUP BY 1, 2 HAVING sum(micros) <> 0 ORDER BY 1, 2
"""


def owed(currency: str) -> dict[Debtor, int]:
    """In micros, by client of every agency; below zero where more was paid than it came to in the end."""
    rows = execute(OWED, {"publisher_id": scope.agency_id(), "currency": currency})
    return {Debtor(agency_id, sub_account_id): micros for agency_id, sub_account_id, micros in rows}


PARTS = """
SELECT agency_id, sub_account_id, amount_micros FROM payout_parts
WHERE publisher_id = %(publisher_id)s AND payout_id = %(payout_id)s
"""


def parts(payout: Payout) -> dict[Debtor, int]:
    rows = execute(PARTS, {"publisher_id": scope.agency_id(), "payout_id": payout.id})
    return {Debtor(agency_id, sub_account_id): micros for agency_id, sub_account_id, micros in rows}


UNBOOKED = """
SELECT 1 FROM payouts p
WHERE p.agency_id = %(publisher_id)s AND p.amount_micros <> (
    SELECT coalesce(sum(amount_micros), 0) FROM payout_parts WHERE publisher_id = %(publisher_id)s AND payout_id = p.id
)
LIMIT 1
"""


def is_unbooked() -> bool:
    """Whether a payout is not yet in the books of every agency that owed it."""
    return execute(UNBOOKED, {"publisher_id": scope.agency_id()}).fetchone() is not None


def payout(payout_id: UUID) -> Payout:
    """Raises NotFound: none such of this publisher."""
    found = session.get(Payout, (scope.agency_id(), payout_id))
    if found is None:
        raise NotFound
    return found


def standing(reference: str) -> Payout | None:
    """The payout under a reference that was not taken back."""
    return session.scalar(
        select(Payout).where(Payout.reference == reference, Payout.corrects_id.is_(None), Payout.corrected_at.is_(None))
    )


def correction(payout: Payout) -> Payout:
    """Of a payout that was taken back."""
    return session.scalars(select(Payout).where(Payout.corrects_id == payout.id)).one()


def payouts(*, cursor: str | None = None, limit: int = 25) -> Page[Payout]:
    """Newest first."""
    return paged(select(Payout), Payout.id, cursor=cursor, limit=limit)


def is_booked(payout_id: UUID) -> bool:
    """Whether the agency at hand has its part in its books."""
    return session.scalar(select(PayoutPart.payout_id).where(PayoutPart.payout_id == payout_id).limit(1)) is not None


def every_publisher() -> list[Publisher]:
    """By name; no tenant's rows, so any scope reads them."""
    return list(session.scalars(select(Publisher).order_by(Publisher.name, Publisher.id)))
