"""The rule and bounds most tests start from."""

from agency.foundation.money import Money
from wallet.recharge.rules.terms import Bounds, RuleTerms


def usd(amount):
    return Money.of(amount, "USD")


BOUNDS = Bounds(charge_minimum=usd("5"), charge_maximum=usd("500"), balance_maximum=usd("2000"))


def fixed(amount="25", *, threshold="10", cap="250"):
    return RuleTerms(threshold=usd(threshold), amount=usd(amount), monthly_cap=usd(cap))


def restore(target="50", *, threshold="10", cap="400"):
    return RuleTerms(threshold=usd(threshold), target=usd(target), monthly_cap=usd(cap))
