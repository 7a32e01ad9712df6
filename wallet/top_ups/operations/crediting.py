"""Settled money becomes credit, with its bonus and its receipt; whichever purpose asked for the charge."""

from dataclasses import dataclass
from datetime import datetime

from agency.foundation.money import Money
from wallet.charges.models import Charge, ChargeAttempt
from wallet.credits.models.transactions import WalletTransaction
from wallet.credits.operations.top_ups import TopUp as Credit
from wallet.credits.operations.top_ups import top_up
from wallet.credits.standing import WalletKey
from wallet.top_ups.models import ReceiptKind
from wallet.top_ups.operations.receipts import issue
from wallet.top_ups.operations.terms import terms_of
from wallet.top_ups.rules import bonus_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Credited:
    """``paid_owed`` of the money paid what the wallet owed."""

    transaction: WalletTransaction
    paid_owed: Money
    bonus: Money


def give_credit(charge: Charge, attempt: ChargeAttempt, *, now: datetime) -> Credited:
    """Called in the transaction that settles the charge; told twice, it credits once."""
    wallet = WalletKey(charge.sub_account_id, charge.currency)
    bonus = bonus_of(charge.amount, terms_of(wallet))
    credit = Credit(
        sub_account_id=charge.sub_account_id,
        amount=charge.amount,
        charge_id=charge.id,
        bonus=bonus or None,
        description=charge.description,
    )
    transaction = top_up(credit, now=now)
    issue(ReceiptKind.PAYMENT, charge, attempt.payment_method_id, charge.amount, now=now)
    return Credited(transaction=transaction, paid_owed=-transaction.owed_change, bonus=bonus)
