"""Funds in wallets, and rules that refill them, as the API makes them."""

from sqlalchemy import select

from agency.foundation import clock
from agency.foundation.actor import OPERATOR
from agency.foundation.database.session import session, transaction
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.tenants.models import SubAccount
from tests.factories.tenants import NOON
from wallet.charges.jobs import collect
from wallet.charges.models import ChargeAttempt
from wallet.charges.queries import OPEN
from wallet.credits.operations.debits import Debit, debit
from wallet.credits.queries import balance
from wallet.recharge.models import RechargeRule
from wallet.recharge.operations.saving import RuleWish, save_rule
from wallet.top_ups.models import TopUp
from wallet.top_ups.operations.adding import TopUpWish, request_top_up
from wallet.top_ups.queries import top_up


def dollars(amount: str) -> Money:
    return Money.of(amount, "USD")


def requested(of: SubAccount, amount: str = "25.00", *, now=NOON) -> TopUp:
    """Asked for and not yet tried."""
    with scope.of_agency(of.agency_id), transaction():
        wish = TopUpWish(sub_account=of, amount=dollars(amount))
        return request_top_up(wish, by=OPERATOR, now=now)[0]


def collected(of: SubAccount, *, now=NOON) -> None:
    """The door works on every charge that the sub-account has open."""
    with scope.of_agency(of.agency_id), clock.standing_at(now):
        with transaction():
            attempts = session.scalars(
                select(ChargeAttempt.id).where(ChargeAttempt.sub_account_id == of.id, ChargeAttempt.state.in_(OPEN))
            ).all()
        for attempt_id in attempts:
            collect(attempt_id=str(attempt_id))


def added(of: SubAccount, amount: str = "25.00", *, now=NOON) -> TopUp:
    """Funds on the card of the sub-account, charged and credited."""
    asked = requested(of, amount, now=now)
    collected(of, now=now)
    with scope.of_agency(of.agency_id), transaction():
        return top_up(asked.id)


def rule(of: SubAccount, amount: str = "25.00", *, threshold: str = "10.00", now=NOON, **terms) -> RechargeRule:
    values = {"amount": dollars(amount)} | terms
    wish = RuleWish(sub_account=of, threshold=dollars(threshold), **values)
    with scope.of_agency(of.agency_id), transaction():
        return save_rule(wish, by=OPERATOR, now=now)


def spent(of: SubAccount, amount: str, *, now=NOON) -> None:
    """Past work takes it, whatever is there."""
    wish = Debit(sub_account_id=of.id, amount=dollars(amount), source_type="test", source_id=of.id)
    with scope.of_agency(of.agency_id), transaction():
        debit([wish], now=now)


def balance_of(of: SubAccount, *, now=NOON) -> Money:
    with scope.of_agency(of.agency_id), transaction():
        return balance(of, now=now).balance
