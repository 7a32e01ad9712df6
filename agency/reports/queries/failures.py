"""Tries of cards that brought nothing, for whoever has to speak with the client."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from agency.foundation.database.session import session
from agency.foundation.paging import Page, paged
from agency.tenants import queries as tenants
from wallet.charges.models import AttemptState, Charge, ChargeAttempt


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One declined try, of what charge, and whose."""

    attempt: ChargeAttempt
    charge: Charge
    name: str


def count_declined(*, days: int, now: datetime) -> int:
    """Charges, not tries: what was tried four times failed once."""
    return (
        session.scalar(
            select(func.count(ChargeAttempt.charge_id.distinct())).where(
                ChargeAttempt.state == AttemptState.DECLINED, ChargeAttempt.ended_at > now - timedelta(days=days)
            )
        )
        or 0
    )


def declined(*, cursor: str | None) -> tuple[Sequence[Failure], Page[ChargeAttempt]]:
    """The newest first, with the page they stand on."""
    query = select(ChargeAttempt).where(ChargeAttempt.state == AttemptState.DECLINED)
    page: Page[ChargeAttempt] = paged(query, ChargeAttempt.id, cursor=cursor, limit=25)
    charges = {
        charge.id: charge
        for charge in session.scalars(select(Charge).where(Charge.id.in_({row.charge_id for row in page.rows})))
    }
    names = tenants.names({row.sub_account_id for row in page.rows})
    failures = [
        Failure(attempt=row, charge=charges[row.charge_id], name=names[row.sub_account_id]) for row in page.rows
    ]
    return failures, page
