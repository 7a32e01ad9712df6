"""What recharging hears from the rooms below, in their transactions."""

from flask_babel import gettext as _

from agency.foundation.database.session import session
from agency.foundation.tenancy import scope
from wallet.billing_accounts.models import Payer, PayerKind
from wallet.charges.events import (
    ChargeAbandoned,
    ChargeDeclined,
    ChargeNeedsAuthentication,
    ChargePending,
    ChargeSettled,
    DisputeOpened,
)
from wallet.charges.models import Charge
from wallet.credits.events import BalanceFell
from wallet.credits.standing import WalletKey, lock_wallet
from wallet.payment_methods.events import CardAttached, CardDetaching
from wallet.payment_methods.operations import CardStillNeeded
from wallet.recharge.events import RechargeFiredEarly
from wallet.recharge.jobs import tell_of_early
from wallet.recharge.models import PauseReason
from wallet.recharge.operations import answers
from wallet.recharge.operations.cards import card_added, goes_without
from wallet.recharge.operations.decision_log import Answer, log
from wallet.recharge.operations.firing import RECHARGE
from wallet.recharge.operations.looking import Seen, act
from wallet.recharge.operations.pauses import pause
from wallet.recharge.queries import rule_of, rules_of
from wallet.recharge.rules.decision import Decision, Reason, is_due
from wallet.top_ups.operations.adding import TOP_UP

ABOVE = Decision(reason=Reason.ABOVE_THRESHOLD)


def recharge_fallen(event: BalanceFell) -> None:
    """In the transaction of the debits, under the locks of their wallets."""
    falls = {WalletKey(fall.sub_account_id, fall.after.currency): fall.after for fall in event.falls}
    low: list[Seen] = []
    above: list[Answer] = []
    for rule in rules_of([wallet.sub_account_id for wallet in falls]):
        balance = falls.get(rule.wallet)
        if balance is None:
            continue
        if is_due(balance=balance, threshold=rule.terms.threshold):
            low.append((rule, balance))
        else:
            above.append(Answer(rule=rule, balance=balance, decision=ABOVE, look_at=rule.look_at))
    log(above, now=event.at)
    act(low, now=event.at)


def fired_early(event: RechargeFiredEarly) -> None:
    """By a job, since the debit may have come from a sub-account, which cannot see its agency's staff."""
    tell_of_early.later(recharge_id=str(event.recharge.id))


def charge_settled(event: ChargeSettled) -> None:
    if _is_recharge(event.charge):
        answers.settled(event.charge, event.attempt, now=event.at)
    payer = session.get_one(Payer, (scope.agency_id(), event.charge.payer_id))
    if payer.kind is PayerKind.SUB_ACCOUNT:
        answers.succeeded(_wallet(event.charge), now=event.at)


def charge_declined(event: ChargeDeclined) -> None:
    if _is_recharge(event.charge):
        answers.declined(event.charge, event.attempt, now=event.at)


def charge_needs_authentication(event: ChargeNeedsAuthentication) -> None:
    if _is_recharge(event.charge):
        answers.needs_authentication(event.charge, event.attempt, now=event.at)


def charge_pending(event: ChargePending) -> None:
    if _is_recharge(event.charge):
        answers.pending(event.charge, event.attempt)


def charge_abandoned(event: ChargeAbandoned) -> None:
    if _is_recharge(event.charge):
        answers.abandoned(event.charge, now=event.at)


def dispute_opened(event: DisputeOpened) -> None:
    """A cardholder who takes money back is not charged by itself again until somebody has spoken with them."""
    if event.charge.source_type in {RECHARGE, TOP_UP}:
        wallet = _wallet(event.charge)
        lock_wallet(wallet)
        if rule_of(wallet) is not None:
            pause(wallet, PauseReason.DISPUTED, code=event.dispute.reason, now=event.at)


def card_attached(event: CardAttached) -> None:
    payer = session.get_one(Payer, (scope.agency_id(), event.card.payer_id))
    if payer.kind is PayerKind.SUB_ACCOUNT:
        card_added(event.card, by=event.by, now=event.at)


def card_detaching(event: CardDetaching) -> None:
    if goes_without(event.card) and not event.confirmed:
        raise CardStillNeeded(consequence=_("Without this card your wallet is no longer recharged automatically."))


def _is_recharge(charge: Charge) -> bool:
    return charge.source_type == RECHARGE


def _wallet(charge: Charge) -> WalletKey:
    return WalletKey(charge.sub_account_id, charge.currency)
