"""What a rule would have done to a wallet's own last 90 days."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from agency.foundation.database.session import session
from agency.foundation.money import Money
from agency.tenants.models import SubAccount
from wallet.charges.models import Charge
from wallet.credits.models.transactions import WalletTransaction
from wallet.credits.queries import wallet_of
from wallet.recharge.operations.firing import RECHARGE
from wallet.recharge.operations.looking import bounds_of
from wallet.recharge.rules.simulation import Debit, Simulation, simulate
from wallet.recharge.rules.terms import RuleTerms, refuse_faults

DAYS = timedelta(days=90)


def simulate_rule(client: SubAccount, terms: RuleTerms, *, now: datetime) -> Simulation:
    """Everything that moved the wallet is played again, but for what was recharged automatically.

    Raises:
        RuleRefused: the rule could not be saved.
    """
    wallet = wallet_of(client)
    bounds = bounds_of(wallet)
    refuse_faults(terms, bounds)
    return simulate(
        terms,
        _moves(client, since=now - DAYS),
        opening_balance=_balance_at(client, now - DAYS),
        bounds=bounds,
        zone=ZoneInfo(client.time_zone),
        until=now,
    )


def _moves(client: SubAccount, *, since: datetime) -> list[Debit]:
    """What came in counts as a debit below zero."""
    automatic = select(Charge.id).where(Charge.source_type == RECHARGE)
    rows = session.execute(
        select(
            WalletTransaction.booked_at,
            WalletTransaction.purchased + WalletTransaction.complimentary - WalletTransaction.owed,
        )
        .where(
            WalletTransaction.sub_account_id == client.id,
            WalletTransaction.currency == client.currency,
            WalletTransaction.booked_at > since,
            WalletTransaction.source_id.not_in(automatic),
        )
        .order_by(WalletTransaction.id)
    )
    return [Debit(at=booked_at, amount=Money(-change, client.currency)) for booked_at, change in rows]


def _balance_at(client: SubAccount, moment: datetime) -> Money:
    found = session.scalar(
        select(WalletTransaction.balance_after)
        .where(
            WalletTransaction.sub_account_id == client.id,
            WalletTransaction.currency == client.currency,
            WalletTransaction.booked_at <= moment,
        )
        .order_by(WalletTransaction.id.desc())
        .limit(1)
    )
    return Money(found or 0, client.currency)
