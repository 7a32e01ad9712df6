"""The only writers of money."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from agency.foundation import ids
from agency.foundation.database.bulk import execute, uuids
from agency.foundation.database.session import session
from agency.foundation.errors import DomainError, NotFound
from agency.foundation.tenancy import scope
from wallet.ledger.chart import AccountKey
from wallet.ledger.codes import Code
from wallet.ledger.models import Account, Phase, Transfer
from wallet.ledger.postings import Posting
from wallet.ledger.writing import write


class AlreadyCorrected(DomainError):
    """A correction is written once, and only of what was posted."""


class Sums(NamedTuple):
    """What stands on a locked account, in micros."""

    debits_posted: int
    credits_posted: int
    debits_pending: int
    credits_pending: int


# None is locked while one is missing: whoever opens it may be waiting for the others. Gates come first: once they are
# held, nobody else holds or waits for an account behind them.
LOCK = """
SELECT id, debits_posted, credits_posted, debits_pending, credits_pending FROM ledger_accounts
WHERE agency_id = %(agency_id)s AND id = ANY (%(ids)s::uuid[]) AND (
    SELECT count(*) = cardinality(%(ids)s::uuid[]) FROM ledger_accounts
    WHERE agency_id = %(agency_id)s AND id = ANY (%(ids)s::uuid[])
)
ORDER BY id <> ALL (%(gate_ids)s::uuid[]), id FOR UPDATE
"""


def lock(keys: Iterable[AccountKey]) -> dict[AccountKey, Sums]:
    """Lock accounts and their gates for the rest of the transaction, opening those that are new; in a fixed order.

    Late in the transaction, and before ``post``: whoever needs a balance to decide locks it first.
    """
    wanted = {key.id: key for key in keys}
    gates = {gate.id: gate for gate in {key.gate for key in wanted.values()}}
    together = wanted | gates
    found = _locked(together, gates)
    if len(found) < len(together):
        open_accounts(together.values())
        found = _locked(together, gates)
    return {key: found[key] for key in wanted.values()}


def _locked(wanted: dict[UUID, AccountKey], gates: Iterable[UUID]) -> dict[AccountKey, Sums]:
    named = {"agency_id": scope.agency_id(), "ids": uuids(wanted), "gate_ids": uuids(gates)}
    return {wanted[account_id]: Sums(*sums) for account_id, *sums in execute(LOCK, named, prepared=True)}


def open_accounts(keys: Iterable[AccountKey]) -> None:
    """Make the accounts that do not exist yet, with every sum at zero."""
    rows = [
        {
            "agency_id": scope.agency_id(),
            "id": key.id,
            "sub_account_id": key.sub_account_id,
            "kind": key.kind,
            "owner_type": key.owner_type,
            "owner_id": key.owner,
            "currency": key.currency,
        }
        for key in keys
    ]
    session.execute(insert(Account).on_conflict_do_nothing(), sorted(rows, key=lambda row: str(row["id"])))


def post(postings: Sequence[Posting], *, now: datetime) -> None:
    """Write transfers and the sums of their accounts, any number in one statement.

    Accounts are guarded by their gates, locked in the order of their ids, and opened when new. A balance that would
    pass its floor is refused by the database, and the transaction with it.
    """
    while postings and not write(postings, now=now):
        named = {key for posting in postings for key in (posting.debit, posting.credit)}
        open_accounts(named | {key.gate for key in named})


def correct(transfer_id: UUID, *, now: datetime) -> Posting:
    """Undo a posted transfer by its opposite, which names it as its source.

    Raises:
        NotFound: no such transfer here.
        AlreadyCorrected: it was corrected, or never posted.
    """
    mistaken = session.get(Transfer, (scope.agency_id(), transfer_id))
    if mistaken is None:
        raise NotFound
    debit = session.get_one(Account, (mistaken.agency_id, mistaken.debit_account_id)).key
    credit = session.get_one(Account, (mistaken.agency_id, mistaken.credit_account_id)).key
    lock([debit, credit])
    corrected = session.scalar(select(Transfer.id).where(Transfer.source_id == transfer_id).limit(1))
    if corrected is not None or mistaken.phase is not Phase.POSTED:
        raise AlreadyCorrected
    correction = Posting(
        debit=credit,
        credit=debit,
        amount=mistaken.money,
        code=Code.CORRECTION,
        source_type="transfer",
        source_id=mistaken.id,
        journal_id=ids.new_id(),
        effective_at=mistaken.effective_at,
    )
    post([correction], now=now)
    return correction
