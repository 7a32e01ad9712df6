"""Bills are paid: by the account's credit, then by wallet or card; an invoice waits for its days."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _

from agency.foundation.money import Money
from subaccounts.billing_run.models import AmountDue, DueState
from subaccounts.billing_run.operations.booking import BILL, book, credit_of, receivable, use_credit
from subaccounts.billing_run.operations.dues import NewDue, stored, write_dues
from subaccounts.billing_run.operations.dunning import refused
from subaccounts.billing_run.queries import dues
from subaccounts.subscriptions.bills import Bill
from subaccounts.subscriptions.models.subscriptions import Collection
from wallet.billing_accounts.queries import payer_of
from wallet.charges.operations import ChargeWish, request_charge
from wallet.charges.rules import DeclineClass
from wallet.credits.operations.debits import Debit, debit
from wallet.credits.operations.guard import InsufficientFunds, refuse_without_funds
from wallet.credits.standing import WalletKey, locked
from wallet.ledger.codes import Code
from wallet.payment_methods.queries import cards_to_try

NO_CARD = "no_card"
NO_FUNDS = "insufficient_funds"


def collect(bills: Sequence[Bill], *, now: datetime) -> None:
    """Book bills and ask for what each leaves to pay, in the transaction that wrote their lines."""
    credit = book(bills, now=now)
    new = []
    for bill in bills:
        key = credit_of(bill)
        if bill.total.micros <= 0:
            credit[key] -= bill.total
            continue
        due = NewDue(bill, min(bill.total, credit[key]))
        credit[key] -= due.credit
        new.append(due)
    write_dues(new, now=now)
    use_credit([(due.bill, due.credit) for due in new], now=now)
    for bill in bills:
        if bill.total.micros < 0:
            _credit_what_is_stopped(bill, credit[credit_of(bill)], now=now)
    ask(stored([due.bill.id for due in new if due.state is DueState.COLLECTING]), now=now)


def ask(asked: Sequence[AmountDue], *, now: datetime) -> None:
    """Take what is left of each from wallet or card."""
    left = [due for due in asked if due.state is DueState.COLLECTING]
    pay_from_wallets([due for due in left if due.collection is Collection.WALLET], now=now)
    for due in left:
        if due.collection is Collection.CARD:
            ask_card(due, now=now)


def pay_from_wallets(asked: Sequence[AmountDue], *, now: datetime) -> None:
    """A renewal is new work: a wallet that has not enough for it pays nothing of it."""
    standings = locked({WalletKey(due.sub_account_id, due.currency) for due in asked})
    spent: dict[WalletKey, Money] = {}
    debits = []
    for due in asked:
        key = WalletKey(due.sub_account_id, due.currency)
        together = spent.get(key, Money.zero(due.currency)) + due.asked
        try:
            refuse_without_funds(standings[key], together, meter=None, now=now)
        except InsufficientFunds:
            refused(due, DeclineClass.SOFT, code=NO_FUNDS, now=now)
            continue
        spent[key] = together
        debits.append(_debit(due))
        due.state, due.ended_at, due.retry_at = DueState.PAID, now, None
    if debits:
        debit(debits, now=now)


def ask_card(due: AmountDue, *, now: datetime) -> None:
    """Ask for the charge; the door tells how it ends."""
    payer = payer_of(due.sub_account_id)
    cards = cards_to_try(payer.id)
    if not cards:
        refused(due, DeclineClass.SOFT, code=NO_CARD, now=now)
        return
    wish = ChargeWish(
        source_type=BILL, source_id=due.id, card=cards[0], amount=due.asked, description=_("Subscription")
    )
    request_charge(wish, payer_id=payer.id, now=now)


def _debit(due: AmountDue) -> Debit:
    return Debit(
        sub_account_id=due.sub_account_id,
        amount=due.asked,
        source_type=BILL,
        source_id=due.id,
        kind=Code.CHARGE,
        description=_("Subscription"),
        credits=((receivable(due), due.asked),),
    )


def _credit_what_is_stopped(bill: Bill, credit: Money, *, now: datetime) -> None:
    """Credit for what was not used first pays what was never paid of it."""
    used = []
    for due in dues(bill.debtor.subscription_id, DueState.STOPPED):
        part = min(due.asked, credit)
        credit -= part
        due.credit_micros += part.micros
        used.append((due, part))
        if not due.asked:
            due.state, due.ended_at = DueState.PAID, now
    use_credit(used, now=now)
