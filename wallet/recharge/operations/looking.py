"""Look at wallets under their locks, decide, and charge where it is due."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from agency.foundation import events
from agency.foundation.local_days import start_of_month
from agency.foundation.money import Money
from wallet.credits.standing import WalletKey, lock_wallet
from wallet.recharge.events import RechargeFiredEarly
from wallet.recharge.models import RechargeRule
from wallet.recharge.operations.decision_log import Answer, log
from wallet.recharge.operations.firing import Firing, fire
from wallet.recharge.operations.situations import Past, named_cards, pasts
from wallet.recharge.queries import recharge, rules_of
from wallet.recharge.rules.decision import Decision, Reason, decide
from wallet.recharge.rules.terms import Bounds, RuleTerms
from wallet.top_ups.operations.terms import terms_of, terms_of_each
from wallet.top_ups.rules import COOLING_DOWN, Terms

Seen = tuple[RechargeRule, Money]


def look(wallet: WalletKey, *, now: datetime) -> None:
    """Take the wallet's lock and decide by what is available now; where its rule has ended, nothing is decided."""
    balance = lock_wallet(wallet).available(now=now)
    rules = [rule for rule in rules_of([wallet.sub_account_id]) if rule.wallet == wallet]
    act([(rule, balance) for rule in rules], now=now)


def act(seen: Sequence[Seen], *, now: datetime) -> None:
    """Decide and charge, for any number of wallets whose locks are held, each by what it may spend on anything."""
    if not seen:
        return
    wallets = [rule.wallet for rule, _balance in seen]
    past, cards, terms = pasts(wallets, now=now), named_cards([rule for rule, _ in seen]), terms_of_each(wallets)
    answers, firings = [], []
    for rule, balance in seen:
        wallet, bounds = rule.wallet, _bounds(terms[rule.wallet])
        situation = past[wallet].situation(balance, has_card=bool(cards[wallet]))
        decision = decide(rule.terms, situation, bounds, now=now)
        look_at = _look_again(decision, past[wallet], bounds, now=now)
        answer = Answer(rule=rule, balance=balance, decision=decision, look_at=look_at)
        if decision.amount is not None:
            firing = Firing(wallet=wallet, amount=decision.amount, balance=balance, cards=cards[wallet])
            firings.append(firing)
            answer = replace(answer, recharge_id=firing.id, is_early=_is_early(past[wallet], now=now))
        answers.append(answer)
    fire(firings, now=now)
    log(answers, now=now)
    _tell_of_early(answers, now=now)


def would(
    terms: RuleTerms, wallet: WalletKey, balance: Money, *, resumes: bool, has_card: bool, now: datetime
) -> Decision:
    """What a rule with these terms would do at once; ``resumes``: its card is one that lifts a pause."""
    situation = pasts([wallet], now=now)[wallet].situation(balance, has_card=has_card, resumes=resumes)
    return decide(terms, situation, bounds_of(wallet), now=now)


def bounds_of(wallet: WalletKey) -> Bounds:
    return _bounds(terms_of(wallet))


def _bounds(terms: Terms) -> Bounds:
    return Bounds(
        charge_minimum=terms.minimum,
        charge_maximum=terms.maximum,
        balance_maximum=terms.balance_maximum,
        cooling_down=terms.cooling_down,
    )


def _tell_of_early(answers: Sequence[Answer], *, now: datetime) -> None:
    for answer in answers:
        if answer.is_early and answer.recharge_id is not None:
            events.publish(RechargeFiredEarly(recharge=recharge(answer.recharge_id), at=now))


def _is_early(past: Past, *, now: datetime) -> bool:
    return past.last_success_at is not None and now < past.last_success_at + COOLING_DOWN


def _look_again(decision: Decision, past: Past, bounds: Bounds, *, now: datetime) -> datetime | None:
    """Where time alone holds it back, when that is over; everything else looks again when it changes."""
    if decision.reason is Reason.COOLING_DOWN and past.last_success_at is not None:
        return past.last_success_at + bounds.cooling_down
    if decision.reason is Reason.CAP_REACHED:
        return start_of_month(now, past.zone, later=1)
    return None
