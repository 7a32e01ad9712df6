"""A bill is paid at last, or tried again."""

from datetime import datetime
from uuid import UUID

from agency.foundation.actor import PLATFORM
from agency.foundation.database.session import session
from agency.foundation.money import Money
from subaccounts.billing_run.models import AmountDue, DueState
from subaccounts.billing_run.operations.cards import begin_round
from subaccounts.billing_run.operations.collecting import ask_card, pay_from_wallets
from subaccounts.billing_run.queries import is_behind, locked_due, subscriptions_of
from subaccounts.invoices.operations.settling import locked as invoices
from subaccounts.payments.booking import PAYMENT
from subaccounts.subscriptions.models.course import Happened, PauseKind
from subaccounts.subscriptions.models.subscriptions import Collection, State, Subscription
from subaccounts.subscriptions.operations.outcome import Outcome
from subaccounts.subscriptions.operations.pausing import open_pause, resume
from wallet.charges.claims import locked_charge
from wallet.charges.models import ChargeState
from wallet.charges.queries import charge_of


def settled(due: AmountDue, balance: Money, *, now: datetime) -> None:
    """Its invoice says that so much is left: by whichever way the rest was settled, nobody asks for that again."""
    was_behind = due.decline_class is not None or due.state is DueState.STOPPED
    due.settled_micros = due.total_micros - balance.micros
    if balance:
        if due.state is DueState.PAID:  # A payment was taken back; whoever took it back is not charged again.
            due.state, due.ended_at = DueState.AWAITED, None
        return
    due.state, due.ended_at, due.retry_at = DueState.PAID, now, None
    if was_behind:
        recover(due, now=now)


def recover(due: AmountDue, *, now: datetime) -> None:
    """Subscriptions whose last debt is paid go on."""
    session.flush()
    for row in subscriptions_of(due.id):
        if not is_behind(row, besides=due.id):
            _go_on(row, now=now)


def _go_on(row: Subscription, *, now: datetime) -> None:
    pause = open_pause(row)
    if pause is not None and pause.kind is PauseKind.UNPAID:
        resume(row, by=PLATFORM, now=now)
    if row.state is State.PAST_DUE:
        row.state = State.ACTIVE
        outcome = Outcome()
        outcome.tell(row, Happened.RECOVERED, at=now)
        outcome.write(now=now)


def go_on(due_id: UUID, *, now: datetime) -> None:
    """Its time to be tried again has come; whoever comes second finds nothing to do."""
    charge = charge_of(PAYMENT, due_id)
    if charge is not None:
        charge = locked_charge(charge.id)  # A charge is locked before its purpose, as where it settles.
    invoices([due_id])
    due = locked_due(due_id)
    if due.retry_at is None or due.retry_at > now:
        return
    due.retry_at, due.state = None, DueState.COLLECTING
    if due.collection is Collection.WALLET:
        pay_from_wallets([due], now=now)
    elif charge is None:
        ask_card(due, now=now)
    elif charge.state in {ChargeState.DECLINED, ChargeState.ABANDONED}:
        begin_round(due, charge, now=now)
