"""Cards come and go: what that means for a recharge."""

from collections.abc import Sequence
from datetime import datetime

from agency.foundation.actor import Actor
from agency.foundation.audit.operations import record
from agency.foundation.database.session import session
from agency.tenants.queries import sub_account
from wallet.billing_accounts.queries import payer_of
from wallet.credits.standing import WalletKey, lock_wallet
from wallet.payment_methods.models import PaymentMethod
from wallet.recharge.models import LiftedBy, RechargeRule
from wallet.recharge.operations.looking import look
from wallet.recharge.operations.pauses import lift
from wallet.recharge.operations.situations import named_cards
from wallet.recharge.queries import open_pause, rule_of
from wallet.recharge.rules.decision import Reason


def card_added(card: PaymentMethod, *, by: str, now: datetime) -> None:
    """A card of another number lifts a pause, and is charged first from now on; so does the first card there is."""
    wallet = _wallet(card)
    lock_wallet(wallet)
    rule = rule_of(wallet)
    if rule is None:
        return
    paused, who = open_pause(wallet), Actor(kind="person", name=by)
    if paused is not None and card.fingerprint not in paused.fingerprints:
        _charge_first(rule, card, by=who, now=now)
        lift(paused, LiftedBy.CARD, by=who, now=now)
        look(wallet, now=now)
    elif rule.last_reason is Reason.NO_CARD and not _named(rule):
        _charge_first(rule, card, by=who, now=now)
        look(wallet, now=now)
    elif rule.last_reason is Reason.NO_CARD:
        look(wallet, now=now)


def goes_without(card: PaymentMethod) -> bool:
    """Whether an armed rule has no other card to charge."""
    if payer_of(card.sub_account_id).id != card.payer_id:
        return False
    rule = rule_of(_wallet(card))
    return rule is not None and [found.id for found in _named(rule)] == [card.id]


def _charge_first(rule: RechargeRule, card: PaymentMethod, *, by: Actor, now: datetime) -> None:
    rule.card_ids = [card.id, *(found.id for found in _named(rule) if found.id != card.id)]
    session.flush()  # Whoever looks at the wallet next reads the rule anew.
    record(
        "recharge_rule.card_named",
        rule,
        by=by,
        now=now,
        after={"card": card.name},
        sub_account_id=rule.sub_account_id,
    )


def _named(rule: RechargeRule) -> Sequence[PaymentMethod]:
    return named_cards([rule])[rule.wallet]


def _wallet(card: PaymentMethod) -> WalletKey:
    return WalletKey(card.sub_account_id, sub_account(card.sub_account_id).currency)
