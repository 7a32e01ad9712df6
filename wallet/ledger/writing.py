"""Postings as one statement: lock the gates in order, change the accounts' sums, add the transfers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from agency.foundation.database.bulk import by_id, execute, integers, moments, texts, uuids
from agency.foundation.tenancy import scope
from wallet.ledger.postings import Posting, Sides, changes, sides_of

# Nothing is locked or written unless every account is there: the caller then opens what is missing and comes again.
# Whoever waited for another to open one while holding a lock that the other waits for would wait for ever.
WRITE = """
WITH locked AS MATERIALIZED (
    SELECT a.id FROM ledger_accounts a
    WHERE a.agency_id = %(agency_id)s AND a.id = ANY (%(gate_ids)s::uuid[]) AND (
        SELECT count(*) = cardinality(%(account_ids)s::uuid[]) FROM ledger_accounts o
        WHERE o.agency_id = %(agency_id)s AND o.id = ANY (%(account_ids)s::uuid[])
    )
    ORDER BY a.id FOR UPDATE
), complete AS MATERIALIZED (
    SELECT count(*) = cardinality(%(gate_ids)s::uuid[]) AS is_so FROM locked
), changed AS (
    UPDATE ledger_accounts a
    SET debits_posted = a.debits_posted + (%(changes)s::jsonb -> a.id::text -> 0)::bigint,
        credits_posted = a.credits_posted + (%(changes)s::jsonb -> a.id::text -> 1)::bigint,
        debits_pending = a.debits_pending + (%(changes)s::jsonb -> a.id::text -> 2)::bigint,
        credits_pending = a.credits_pending + (%(changes)s::jsonb -> a.id::text -> 3)::bigint
    WHERE a.agency_id = %(agency_id)s AND a.id = ANY (%(account_ids)s::uuid[]) AND (SELECT is_so FROM complete)
)
INSERT INTO transfers (
    agency_id, id, sub_account_id, debit_account_id, credit_account_id, amount, currency, code, phase,
    pending_id, journal_id, source_type, source_id, effective_at, booked_at, expires_at
)
SELECT %(agency_id)s::uuid, t.id, t.sub_account_id, t.debit, t.credit, t.amount, t.currency, t.code, t.phase,
    t.pending_id, t.journal_id, t.source_type, t.source_id, t.effective_at, %(now)s::timestamptz, t.expires_at
FROM unnest(
    %(ids)s::uuid[], %(sub_account_ids)s::uuid[], %(debits)s::uuid[], %(credits)s::uuid[],
    %(amounts)s::bigint[], %(currencies)s::text[], %(codes)s::text[], %(phases)s::text[],
    %(pending_ids)s::uuid[], %(journal_ids)s::uuid[], %(source_types)s::text[],
    %(source_ids)s::uuid[], %(effective_ats)s::timestamptz[], %(expire_ats)s::timestamptz[]
) AS t (
    id, sub_account_id, debit, credit, amount, currency, code, phase, pending_id, journal_id, source_type,
    source_id, effective_at, expires_at
)
WHERE (SELECT is_so FROM complete)
"""


def write(postings: Sequence[Posting], *, now: datetime) -> bool:
    """Answers False, with nothing written, when an account is not open."""
    sides = sides_of(postings)
    written = execute(
        WRITE,
        {"agency_id": scope.agency_id(), "now": now} | _sums(postings, sides) | _rows(postings, sides, now=now),
        prepared=True,
    )
    return written.rowcount == len(postings)


def _sums(postings: Sequence[Posting], sides: Sequence[Sides]) -> dict[str, Any]:
    changed = changes(postings, sides)
    gates = {posting.debit.gate for posting in postings} | {posting.credit.gate for posting in postings}
    return {
        "gate_ids": uuids([gate.id for gate in gates]),
        "account_ids": uuids(changed),
        "changes": by_id(changed),
    }


def _rows(postings: Sequence[Posting], sides: Sequence[Sides], *, now: datetime) -> dict[str, Any]:
    return {
        "ids": uuids([posting.id for posting in postings]),
        "sub_account_ids": uuids([posting.debit.sub_account_id for posting in postings]),
        "debits": uuids([debit for debit, _ in sides]),
        "credits": uuids([credit for _, credit in sides]),
        "amounts": integers([posting.amount.micros for posting in postings]),
        "currencies": texts([posting.amount.currency for posting in postings]),
        "codes": texts([posting.code for posting in postings]),
        "phases": texts([posting.phase for posting in postings]),
        "pending_ids": uuids([posting.ends[0] if posting.ends else None for posting in postings]),
        "journal_ids": uuids([posting.journal_id for posting in postings]),
        "source_types": texts([posting.source_type for posting in postings]),
        "source_ids": uuids([posting.source_id for posting in postings]),
        "effective_ats": moments([posting.effective_at or now for posting in postings]),
        "expire_ats": moments([posting.reserves_until for posting in postings]),
    }
