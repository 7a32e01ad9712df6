"""Amounts worth offering."""

from collections.abc import Sequence

from agency.foundation.money import Money
from wallet.top_ups.rules import Terms

MULTIPLES = (5, 10, 20, 50)


def presets(terms: Terms) -> Sequence[Money]:
    """Round multiples of the least that can be added: 25, 50, 100 and 250 where that is 5."""
    offered = [terms.minimum.times(multiple) for multiple in MULTIPLES]
    return [amount for amount in offered if amount <= terms.maximum] or [terms.minimum]
