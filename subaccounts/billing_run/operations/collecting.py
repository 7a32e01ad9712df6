"""Bills are invoiced and paid: by the account's credit, then by wallet or card; an invoice waits for its days."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from agency.foundation import ids
from agency.foundation.money import Money
from subaccounts.billing_run.models import AmountDue
from subaccounts.billing_run.operations.booking import lock_books, receivable
from subaccounts.billing_run.operations.cards import NO_CARD
from subaccounts.billing_run.operations.combining import documents
from subaccounts.billing_run.operations.credits import credit_new, credit_unpaid
from subaccounts.billing_run.operations.dues import collecting, write_dues
from subaccounts.billing_run.operations.dunning import refused
from subaccounts.billing_run.operations.invoicing import credit, invoice
from subaccounts.billing_run.operations.payments import by_card, from_wallets
from subaccounts.billing_run.operations.usage_lines import usage_of
from subaccounts.billing_run.operations.wallet_lines import wallet_lines_of
from subaccounts.invoices.booking import INVOICE
from subaccounts.invoices.operations.settling import Part, Settlement, settle_many
from subaccounts.payments.booking import PAYMENT
from subaccounts.subscriptions.bills import Bill
from subaccounts.subscriptions.models.subscriptions import Collection
from wallet.billing_accounts.queries import payer_of
from wallet.charges.operations import ChargeWish, request_charge
from wallet.charges.rules import DeclineClass
from wallet.charges.words import SUBSCRIPTION
from wallet.credits.operations.debits import Debit, debit
from wallet.credits.operations.guard import InsufficientFunds, refuse_without_funds
from wallet.credits.standing import WalletKey, locked
from wallet.ledger.codes import Code
from wallet.payment_methods.queries import cards_to_try

NO_FUNDS = "insufficient_funds"


def collect(bills: Sequence[Bill], *, now: datetime) -> None:
    """Invoice bills, in the transaction that wrote their lines; a document below zero is a credit note.

    A bill without lines is a document where usage joins it.
    """
    below = {document[0].id for document in documents(bills) if sum(bill.total.micros for bill in document) < 0}
    owed = [bill for bill in bills if bill.id not in below]
    usage = usage_of(owed, now=now) if owed else {}
    owed = [bill for bill in owed if bill.lines or bill.id in usage]
    paid = wallet_lines_of(owed, now=now) if owed else {}
    lock_books(bills)
    if below:
        give([bill for bill in bills if bill.id in below], now=now)
    if owed:
        invoice(owed, usage, paid, now=now)


def give(bills: Sequence[Bill], *, now: datetime) -> None:
    """What documents below zero give back, to their accounts' credit; it first pays what nobody collects of it."""
    clients = {bill.sub_account_id for bill in bills}
    credit(bills, now=now)
    credit_unpaid({bill.debtor.subscription_id for bill in bills}, clients, now=now)


def ask_for(invoice_ids: Sequence[UUID], sub_account_ids: set[UUID], *, now: datetime) -> None:
    """Opened invoices of subscriptions are paid by credit of the account, then by what the subscription says."""
    write_dues(invoice_ids, now=now)
    credit_new(invoice_ids, sub_account_ids, now=now)
    ask(collecting(invoice_ids), now=now)


def ask(asked: Sequence[AmountDue], *, now: datetime) -> None:
    """Take what is left of each from wallet or card."""
    pay_from_wallets([due for due in asked if due.collection is Collection.WALLET], now=now)
    for due in asked:
        if due.collection is Collection.CARD:
            ask_card(due, now=now)


def pay_from_wallets(asked: Sequence[AmountDue], *, now: datetime) -> None:
    """A renewal is new work: a wallet that has not enough for it pays nothing of it."""
    standings = locked({WalletKey(due.sub_account_id, due.currency) for due in asked})
    spent: dict[WalletKey, Money] = {}
    paid = []
    for due in asked:
        key = WalletKey(due.sub_account_id, due.currency)
        together = spent.get(key, Money.zero(due.currency)) + due.asked
        try:
            refuse_without_funds(standings[key], together, meter=None, now=now)
        except InsufficientFunds:
            refused(due, DeclineClass.SOFT, code=NO_FUNDS, now=now)
            continue
        spent[key] = together
        paid.append(due)
    if paid:
        debit([_debit(due) for due in paid], now=now)
        from_wallets(paid, now=now)
        settle_many([_settlement(due) for due in paid], now=now)


def ask_card(due: AmountDue, *, now: datetime) -> None:
    """Ask for the charge; the door tells how it ends."""
    payer = payer_of(due.sub_account_id)
    cards = cards_to_try(payer.id)
    if not cards:
        refused(due, DeclineClass.SOFT, code=NO_CARD, now=now)
        return
    if cards[1:]:
        due.cards_left = [card.id for card in cards[1:]]
    payment = by_card(due, cards[0], now=now)
    wish = ChargeWish(
        source_type=PAYMENT, source_id=payment.id, card=cards[0], amount=due.asked, description=SUBSCRIPTION
    )
    request_charge(wish, payer_id=payer.id, now=now)


def _debit(due: AmountDue) -> Debit:
    return Debit(
        sub_account_id=due.sub_account_id,
        amount=due.asked,
        source_type=INVOICE,
        source_id=due.id,
        kind=Code.CHARGE,
        description=SUBSCRIPTION,
        credits=((receivable(due), due.asked),),
    )


def _settlement(due: AmountDue) -> Settlement:
    """The wallet's debit has posted it."""
    return Settlement(
        invoice_id=due.id, amount=due.asked, part=Part.PAID, against=None, code=Code.CHARGE, journal_id=ids.new_id()
    )
