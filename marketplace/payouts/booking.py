"""The way of a payout from the publisher's tenant into the books of the agencies that owed it."""

from datetime import datetime
from uuid import UUID

from agency.foundation.database.session import session, transaction
from agency.foundation.jobs.registry import job
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from marketplace.installs.operations.ledger import payable_to
from marketplace.payouts.models import PayoutPart
from marketplace.payouts.queries import is_booked
from wallet.ledger.chart import AccountKey, AccountKind
from wallet.ledger.codes import Code
from wallet.ledger.operations import post
from wallet.ledger.postings import Posting


@job(queue="money")
def book_parts(
    *, agency_id: str, publisher_id: str, payout_id: str, currency: str, parts: dict[str, int], at: str
) -> None:
    """Once for each payout: what the agency owed its publisher it now owes the platform, which paid."""
    with scope.of_agency(UUID(agency_id)), transaction():
        if is_booked(UUID(payout_id)):
            return
        rows = [
            PayoutPart(
                payout_id=UUID(payout_id),
                sub_account_id=UUID(sub_account_id),
                publisher_id=UUID(publisher_id),
                currency=currency,
                amount_micros=micros,
            )
            for sub_account_id, micros in parts.items()
        ]
        session.add_all(rows)
        session.flush()
        post([_posting(row) for row in rows], now=datetime.fromisoformat(at))


def _posting(row: PayoutPart) -> Posting:
    payable = payable_to(row.publisher_id, row.sub_account_id, row.currency)
    paid = AccountKey(AccountKind.PAID_OUT, row.sub_account_id, row.currency)
    debit, credit = (payable, paid) if row.amount_micros > 0 else (paid, payable)
    return Posting(
        debit=debit,
        credit=credit,
        amount=abs(Money(row.amount_micros, row.currency)),
        code=Code.PAYOUT,
        source_type="payout",
        source_id=row.payout_id,
        journal_id=row.payout_id,
    )
