"""A rule as people read it: what it says, and what really holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agency.foundation.money import Money
from agency.tenants.models import SubAccount, SubAccountState
from wallet.credits.queries import wallet_of
from wallet.payment_methods.models import PaymentMethod
from wallet.recharge.models import Recharge, RechargePause, RechargeRule, RechargeState
from wallet.recharge.operations.situations import charged_in_month, named_cards
from wallet.recharge.queries import RuleState, open_pause, open_recharge, rule_of
from wallet.recharge.rules.decision import Reason
from wallet.recharge.rules.terms import RuleTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRule:
    """``state`` never says *on* where nothing would be charged; ``open_recharge`` is what is under way."""

    rule: RechargeRule
    state: RuleState
    cards: Sequence[PaymentMethod]
    pause: RechargePause | None
    open_recharge: Recharge | None
    charged_this_month: Money

    @property
    def terms(self) -> RuleTerms:
        return self.rule.terms

    @property
    def card_ids(self) -> list[UUID]:
        return [card.id for card in self.cards]


def shown_rule(client: SubAccount, *, now: datetime) -> ShownRule | None:
    """None where automatic recharge was never set, or was ended."""
    wallet = wallet_of(client)
    rule = rule_of(wallet)
    if rule is None:
        return None
    cards, pause, under_way = named_cards([rule])[wallet], open_pause(wallet), open_recharge(wallet)
    return ShownRule(
        rule=rule,
        state=_state(rule, client, cards, pause, under_way),
        cards=cards,
        pause=pause,
        open_recharge=under_way,
        charged_this_month=charged_in_month(wallet, now=now),
    )


def _state(
    rule: RechargeRule,
    client: SubAccount,
    cards: Sequence[PaymentMethod],
    pause: RechargePause | None,
    under_way: Recharge | None,
) -> RuleState:
    holds = {
        RuleState.PAUSED: pause is not None or client.state is not SubAccountState.ACTIVE,
        RuleState.NO_CARD: not cards,
        RuleState.RETRYING: under_way is not None and under_way.state is RechargeState.RETRYING,
        RuleState.CHARGING: under_way is not None,
        RuleState.CAP_REACHED: rule.last_reason is Reason.CAP_REACHED and rule.look_at is not None,
    }
    return next((state for state, is_so in holds.items() if is_so), RuleState.ON)
