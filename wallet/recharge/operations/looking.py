"""Look at a wallet under its lock, decide, and charge where it is due."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select

from agency.foundation import events
from agency.foundation.database.session import session
from agency.foundation.local_days import start_of_month
from agency.foundation.money import Money
from agency.tenants.models import SubAccount, SubAccountState
from agency.tenants.queries import sub_account
from wallet.billing_accounts.queries import payer_of
from wallet.credits.standing import WalletKey, lock_wallet
from wallet.payment_methods.models import PaymentMethod
from wallet.payment_methods.queries import cards, cards_to_try
from wallet.recharge.events import RechargeFiredEarly
from wallet.recharge.models import Recharge, RechargeRule, RechargeState
from wallet.recharge.operations.decision_log import log
from wallet.recharge.operations.firing import fire
from wallet.recharge.queries import open_pause, open_recharge
from wallet.recharge.rules.decision import Decision, Reason, Situation, decide
from wallet.recharge.rules.terms import Bounds, RuleTerms
from wallet.top_ups.operations.terms import terms_of
from wallet.top_ups.rules import COOLING_DOWN


def look(rule: RechargeRule, *, now: datetime) -> Decision:
    """Take the wallet's lock and decide by what is available now."""
    standing = lock_wallet(rule.wallet)
    session.refresh(rule)
    return act(rule, standing.available(now=now), now=now)


def act(rule: RechargeRule, balance: Money, *, now: datetime) -> Decision:
    """Decide and charge; the wallet's lock is held, ``balance`` is what it may spend on anything."""
    client, named = sub_account(rule.sub_account_id), named_cards(rule)
    bounds = bounds_of(rule.wallet)
    situation = situation_of(client, rule.wallet, balance, has_card=bool(named), now=now)
    decision = decide(rule.terms, situation, bounds, now=now)
    rule.look_at = _look_again(decision, situation, bounds, client, now=now)
    recharge = None
    if decision.amount is not None:
        recharge = fire(rule, decision.amount, balance, named, now=now)
    is_early = recharge is not None and _is_early(situation, now=now)
    log(rule, decision, balance, recharge_id=recharge.id if recharge else None, is_early=is_early, now=now)
    if recharge is not None and is_early:
        events.publish(RechargeFiredEarly(recharge=recharge, at=now))
    return decision


def would(
    terms: RuleTerms, wallet: WalletKey, balance: Money, *, resumes: bool, has_card: bool, now: datetime
) -> Decision:
    """What a rule with these terms would do at once; ``resumes``: its card is one that lifts a pause."""
    client = sub_account(wallet.sub_account_id)
    situation = situation_of(client, wallet, balance, has_card=has_card, resumes=resumes, now=now)
    return decide(terms, situation, bounds_of(wallet), now=now)


def bounds_of(wallet: WalletKey) -> Bounds:
    terms = terms_of(wallet)
    return Bounds(
        charge_minimum=terms.minimum,
        charge_maximum=terms.maximum,
        balance_maximum=terms.balance_maximum,
        cooling_down=terms.cooling_down,
    )


def named_cards(rule: RechargeRule) -> Sequence[PaymentMethod]:
    """The cards a recharge may try, in their order; those taken off file are left out."""
    return cards_named(rule.sub_account_id, rule.card_ids)


def cards_named(sub_account_id: UUID, card_ids: Sequence[UUID]) -> Sequence[PaymentMethod]:
    payer = payer_of(sub_account_id)
    if not card_ids:
        return cards_to_try(payer.id)
    on_file = {card.id: card for card in cards(payer.id)}
    return [on_file[card_id] for card_id in card_ids if card_id in on_file]


def situation_of(
    client: SubAccount, wallet: WalletKey, balance: Money, *, has_card: bool, resumes: bool = False, now: datetime
) -> Situation:
    """The wallet of a sub-account that is paused or closed is not recharged either."""
    is_paused = open_pause(wallet) is not None and not resumes
    return Situation(
        balance=balance,
        charged_this_month=charged_in_month(client, wallet, now=now),
        last_success_at=_last_success(wallet),
        has_open_recharge=open_recharge(wallet) is not None,
        is_paused=is_paused or client.state is not SubAccountState.ACTIVE,
        has_card=has_card,
    )


def charged_in_month(client: SubAccount, wallet: WalletKey, *, now: datetime) -> Money:
    """What recharges took in the sub-account's local month so far, with what an open one may still take."""
    month = start_of_month(now, ZoneInfo(client.time_zone))
    settled = (Recharge.state == RechargeState.SETTLED) & (Recharge.ended_at >= month)
    still_open = Recharge.state.in_([state for state in RechargeState if state.is_open])
    micros = session.scalar(
        select(func.coalesce(func.sum(Recharge.amount_micros), 0)).where(*_of(wallet), settled | still_open)
    )
    return Money(int(micros or 0), wallet.currency)


def _last_success(wallet: WalletKey) -> datetime | None:
    return session.scalar(
        select(func.max(Recharge.ended_at)).where(*_of(wallet), Recharge.state == RechargeState.SETTLED)
    )


def _of(wallet: WalletKey) -> tuple[ColumnElement[bool], ...]:
    return (Recharge.sub_account_id == wallet.sub_account_id, Recharge.currency == wallet.currency)


def _is_early(situation: Situation, *, now: datetime) -> bool:
    last = situation.last_success_at
    return last is not None and now < last + COOLING_DOWN


def _look_again(
    decision: Decision, situation: Situation, bounds: Bounds, client: SubAccount, *, now: datetime
) -> datetime | None:
    """Where time alone holds it back, when that is over; everything else looks again when it changes."""
    if decision.reason is Reason.COOLING_DOWN and situation.last_success_at is not None:
        return situation.last_success_at + bounds.cooling_down
    if decision.reason is Reason.CAP_REACHED:
        return start_of_month(now, ZoneInfo(client.time_zone), later=1)
    return None
