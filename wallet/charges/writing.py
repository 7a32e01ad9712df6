"""Charges and attempts asked for, any number in one statement."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from agency.foundation import ids
from agency.foundation.database.bulk import integers, texts, uuids
from agency.foundation.database.session import session
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from wallet.charges.models import AttemptState, ChargeState
from wallet.payment_methods.models import PaymentMethod

# Where the asker collects at once, the job is only a net under it.
NET = timedelta(seconds=45)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCharge:
    source_type: str
    source_id: UUID
    payer_id: UUID
    card: PaymentMethod
    amount: Money
    description: str
    id: UUID = field(default_factory=ids.new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAttempt:
    charge_id: UUID
    card: PaymentMethod
    number: int
    off_session: bool
    id: UUID = field(default_factory=ids.new_id)


CHARGES = """
INSERT INTO charges (
    agency_id, id, sub_account_id, payer_id, merchant_account_id, source_type, source_id, amount_micros, currency,
    description, state, created_at
)
SELECT %(agency_id)s::uuid, c.*, %(state)s, %(now)s::timestamptz FROM unnest(
    %(ids)s::uuid[], %(sub_account_ids)s::uuid[], %(payers)s::uuid[], %(merchants)s::uuid[], %(source_types)s::text[],
    %(source_ids)s::uuid[], %(amounts)s::bigint[], %(currencies)s::text[], %(descriptions)s::text[]
) AS c
"""
ATTEMPTS = """
INSERT INTO charge_attempts (
    agency_id, id, sub_account_id, charge_id, number, payment_method_id, fingerprint, off_session, state, look_at,
    looks, created_at
)
SELECT %(agency_id)s::uuid, a.id, a.sub_account_id, a.charge_id, a.number, a.card, a.fingerprint, a.off_session <> 0,
    %(state)s, now() + %(net)s, 0, %(now)s::timestamptz
FROM unnest(
    %(ids)s::uuid[], %(sub_account_ids)s::uuid[], %(charges)s::uuid[], %(numbers)s::int[], %(cards)s::uuid[],
    %(fingerprints)s::text[], %(off_session)s::int[]
) AS a (id, sub_account_id, charge_id, number, card, fingerprint, off_session)
"""


def write_charges(charges: Sequence[NewCharge], *, now: datetime) -> None:
    """The same source asked for twice raises the database's refusal, for all of them."""
    parameters = {
        "ids": uuids(charge.id for charge in charges),
        "sub_account_ids": uuids(charge.card.sub_account_id for charge in charges),
        "payers": uuids(charge.payer_id for charge in charges),
        "merchants": uuids(charge.card.merchant_account_id for charge in charges),
        "source_types": texts(charge.source_type for charge in charges),
        "source_ids": uuids(charge.source_id for charge in charges),
        "amounts": integers(charge.amount.micros for charge in charges),
        "currencies": texts(charge.amount.currency for charge in charges),
        "descriptions": texts(charge.description for charge in charges),
    }
    _write(CHARGES, parameters | {"state": ChargeState.OPEN, "now": now})


def write_attempts(attempts: Sequence[NewAttempt], *, now: datetime) -> None:
    """A charge that has an open one raises the database's refusal, for all of them."""
    parameters = {
        "ids": uuids(attempt.id for attempt in attempts),
        "sub_account_ids": uuids(attempt.card.sub_account_id for attempt in attempts),
        "charges": uuids(attempt.charge_id for attempt in attempts),
        "numbers": integers(attempt.number for attempt in attempts),
        "cards": uuids(attempt.card.id for attempt in attempts),
        "fingerprints": texts(attempt.card.fingerprint for attempt in attempts),
        "off_session": integers(int(attempt.off_session) for attempt in attempts),
    }
    _write(ATTEMPTS, parameters | {"state": AttemptState.REQUESTED, "net": NET, "now": now})


def _write(statement: str, parameters: Mapping[str, object]) -> None:
    session.flush()  # Such a statement does not see what the session still keeps.
    session.connection().exec_driver_sql(statement, {"agency_id": scope.agency_id(), **parameters})
