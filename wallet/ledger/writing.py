"""Postings as one statement: lock the gates in order, change the accounts' sums, add the transfers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from agency.foundation.database.bulk import execute, integers, moments, texts, uuids
from agency.foundation.tenancy import scope
from wallet.ledger.postings import Posting, Sides, changes, sides_of

# Nothing is locked or written unless every account is there: the caller then opens what is missing and comes again.
# Whoever waited for another to open one while holding a lock that the other waits for would wait for ever.
WRITE = """
WITH change AS MATERIALIZED (
    SELECT * FROM unnest(
        %(account_ids)s::uuid[], %(debits_posted)s::bigint[], %(credits_posted)s::bigint[],
        %(debits_pending)s::bigint[], %(credits_pending)s::bigint[]
    ) AS c (id, debits_posted, credits_posted, debits_pending, credits_pending)
), locked AS MATERIALIZED (
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
    SET debits_posted = a.debits_posted + c.debits_posted,
        credits_posted = a.credits_posted + c.credits_posted,
        debits_pending = a.debits_pending + c.debits_pending,
        credits_pending = a.credits_pending + c.credits_pending
    FROM change c
    WHERE a.agency_id = %(agency_id)s AND a.id = c.id AND (SELECT is_so FROM complete)
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
    by_id = sorted(changes(postings, sides).items(), key=lambda item: item[0].bytes)
    sums = [sums for _, sums in by_id]
    gates = {posting.debit.gate for posting in postings} | {posting.credit.gate for posting in postings}
    return {
        "gate_ids": uuids([gate.id for gate in gates]),
        "account_ids": uuids([account_id for account_id, _ in by_id]),
        "debits_posted": integers([each[0] for each in sums]),
        "credits_posted": integers([each[1] for each in sums]),
        "debits_pending": integers([each[2] for each in sums]),
        "credits_pending": integers([each[3] for each in sums]),
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
