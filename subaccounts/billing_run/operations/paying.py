"""A bill is paid at last, or tried again."""

from datetime import datetime
from uuid import UUID

from agency.foundation import ids
from agency.foundation.actor import PLATFORM
from agency.foundation.database.session import session
from agency.foundation.money import Money
from subaccounts.billing_run.models import AmountDue, DueState
from subaccounts.billing_run.operations.booking import BILL, credit_of
from subaccounts.billing_run.operations.collecting import NO_CARD, ask_card, pay_from_wallets
from subaccounts.billing_run.operations.dunning import refused
from subaccounts.billing_run.queries import is_behind, locked_due
from subaccounts.invoices.operations.settling import Part, Settlement, settle_many
from subaccounts.invoices.operations.settling import locked as invoices
from subaccounts.subscriptions.models.course import Happened, PauseKind
from subaccounts.subscriptions.models.subscriptions import Collection, State
from subaccounts.subscriptions.operations.outcome import Outcome
from subaccounts.subscriptions.operations.pausing import open_pause, resume
from subaccounts.subscriptions.queries import subscription
from wallet.charges.claims import locked_charge
from wallet.charges.models import Charge, ChargeState
from wallet.charges.operations import abandon, try_again
from wallet.charges.queries import charge_of
from wallet.charges.rules import DeclineClass
from wallet.ledger.chart import AccountKey, AccountKind
from wallet.ledger.codes import Code
from wallet.ledger.operations import post
from wallet.ledger.postings import Posting
from wallet.payment_methods.queries import cards_to_try


def paid_by_card(charge: Charge, *, now: datetime) -> None:
    """The money is there: it pays the invoice, and what was settled otherwise meanwhile is credit of the account."""
    asked = invoices([charge.source_id])[charge.source_id].balance
    pays = min(charge.amount, asked)
    due = locked_due(charge.source_id)
    clearing = AccountKey(AccountKind.CARD_CLEARING, due.sub_account_id, due.currency)
    if pays:
        paid = Settlement(
            invoice_id=due.id,
            amount=pays,
            part=Part.PAID,
            against=clearing,
            code=Code.PAYMENT,
            journal_id=ids.new_id(),
        )
        settle_many([paid], now=now)
    if charge.amount > pays:
        post([_too_much(due, clearing, charge.amount - pays)], now=now)


def settled(due: AmountDue, balance: Money, *, now: datetime) -> None:
    """Its invoice says that so much is left: by whichever way the rest was settled, nobody asks for that again."""
    was_behind = due.declines > 0 or due.state is DueState.STOPPED
    due.settled_micros = due.total_micros - balance.micros
    if balance:
        if due.state is DueState.PAID:  # A payment was taken back; whoever took it back is not charged again.
            due.state, due.ended_at = DueState.AWAITED, None
        return
    due.state, due.ended_at, due.retry_at = DueState.PAID, now, None
    withdraw(due, now=now)
    if was_behind:
        recover(due, now=now)


def withdraw(due: AmountDue, *, now: datetime) -> None:
    """A charge that is still open for it is wanted no more."""
    charge = charge_of(BILL, due.id)
    if charge is not None:
        abandon(charge, now=now)


def recover(due: AmountDue, *, now: datetime) -> None:
    """A subscription whose last debt is paid goes on."""
    session.flush()
    row = subscription(due.subscription_id)
    if is_behind(row.id, besides=due.id):
        return
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
    charge = charge_of(BILL, due_id)
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
    elif charge.state is ChargeState.DECLINED:
        _try_card(due, charge, now=now)


def _try_card(due: AmountDue, charge: Charge, *, now: datetime) -> None:
    """The primary card first; each decline goes to the next one its person named."""
    cards = [card for card in cards_to_try(charge.payer_id) if card.merchant_account_id == charge.merchant_account_id]
    if not cards:
        refused(due, DeclineClass.SOFT, code=NO_CARD, now=now)
        return
    try_again(charge, cards[due.declines % len(cards)], now=now)


def _too_much(due: AmountDue, clearing: AccountKey, amount: Money) -> Posting:
    return Posting(
        debit=clearing,
        credit=credit_of(due),
        amount=amount,
        code=Code.PAYMENT,
        source_type=BILL,
        source_id=due.id,
        journal_id=ids.new_id(),
    )
