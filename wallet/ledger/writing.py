"""Postings as one statement: lock the accounts in order, change their sums, add the transfers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from agency.foundation.database.session import session
from agency.foundation.tenancy import scope
from wallet.ledger.chart import AccountKey
from wallet.ledger.postings import Posting, account_ids, changes

# Nothing is written unless every account was found: the caller then opens what is missing and comes again.
WRITE = text("""
WITH change AS MATERIALIZED (
    SELECT * FROM unnest(
        cast(:account_ids AS uuid[]), cast(:debits_posted AS bigint[]), cast(:credits_posted AS bigint[]),
        cast(:debits_pending AS bigint[]), cast(:credits_pending AS bigint[])
    ) AS c (id, debits_posted, credits_posted, debits_pending, credits_pending)
), locked AS MATERIALIZED (
    SELECT a.id FROM ledger_accounts a
    WHERE a.agency_id = :agency_id AND a.id = ANY (cast(:account_ids AS uuid[]))
    ORDER BY a.id FOR UPDATE
), complete AS MATERIALIZED (
    SELECT count(*) = cardinality(cast(:account_ids AS uuid[])) AS is_so FROM locked
), changed AS (
    UPDATE ledger_accounts a
    SET debits_posted = a.debits_posted + c.debits_posted,
        credits_posted = a.credits_posted + c.credits_posted,
        debits_pending = a.debits_pending + c.debits_pending,
        credits_pending = a.credits_pending + c.credits_pending
    FROM change c
    WHERE a.agency_id = :agency_id AND a.id = c.id AND (SELECT is_so FROM complete)
)
INSERT INTO transfers (
    agency_id, id, sub_account_id, debit_account_id, credit_account_id, amount, currency, code, phase,
    pending_id, journal_id, source_type, source_id, effective_at, booked_at, expires_at
)
SELECT :agency_id, t.id, t.sub_account_id, t.debit, t.credit, t.amount, t.currency, t.code, t.phase,
    t.pending_id, t.journal_id, t.source_type, t.source_id, t.effective_at, :now, t.expires_at
FROM unnest(
    cast(:ids AS uuid[]), cast(:sub_account_ids AS uuid[]), cast(:debits AS uuid[]), cast(:credits AS uuid[]),
    cast(:amounts AS bigint[]), cast(:currencies AS text[]), cast(:codes AS text[]), cast(:phases AS text[]),
    cast(:pending_ids AS uuid[]), cast(:journal_ids AS uuid[]), cast(:source_types AS text[]),
    cast(:source_ids AS uuid[]), cast(:effective_ats AS timestamptz[]), cast(:expire_ats AS timestamptz[])
) AS t (
    id, sub_account_id, debit, credit, amount, currency, code, phase, pending_id, journal_id, source_type,
    source_id, effective_at, expires_at
)
WHERE (SELECT is_so FROM complete)
""")


def write(postings: Sequence[Posting], *, now: datetime) -> bool:
    """Answers False, with nothing written, when an account is not open."""
    by = account_ids(postings)
    written = session.connection().execute(
        WRITE, {"agency_id": scope.agency_id(), "now": now} | _sums(postings, by) | _rows(postings, by, now=now)
    )
    return written.rowcount == len(postings)


def _sums(postings: Sequence[Posting], by: Mapping[AccountKey, UUID]) -> dict[str, Any]:
    by_id = sorted(changes(postings, by).items())
    return {
        "account_ids": [account_id for account_id, _ in by_id],
        "debits_posted": [sums[0] for _, sums in by_id],
        "credits_posted": [sums[1] for _, sums in by_id],
        "debits_pending": [sums[2] for _, sums in by_id],
        "credits_pending": [sums[3] for _, sums in by_id],
    }


def _rows(postings: Sequence[Posting], by: Mapping[AccountKey, UUID], *, now: datetime) -> dict[str, Any]:
    return {
        "ids": [posting.id for posting in postings],
        "sub_account_ids": [posting.debit.sub_account_id for posting in postings],
        "debits": [by[posting.debit] for posting in postings],
        "credits": [by[posting.credit] for posting in postings],
        "amounts": [posting.amount.micros for posting in postings],
        "currencies": [posting.amount.currency for posting in postings],
        "codes": [posting.code.value for posting in postings],
        "phases": [posting.phase.value for posting in postings],
        "pending_ids": [posting.ends[0] if posting.ends else None for posting in postings],
        "journal_ids": [posting.journal_id for posting in postings],
        "source_types": [posting.source_type for posting in postings],
        "source_ids": [posting.source_id for posting in postings],
        "effective_ats": [posting.effective_at or now for posting in postings],
        "expire_ats": [posting.reserves_until for posting in postings],
    }
