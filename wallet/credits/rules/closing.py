"""What becomes of each lot when a wallet is closed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN

from agency.foundation.money import Money
from wallet.credits.rules.lots import Lot, LotKind, Take


@dataclass(frozen=True, slots=True, kw_only=True)
class Emptying:
    """Everything in a wallet, by where it goes: ``settles`` pays what is owed, ``returns`` is in whole coins.

    ``still_owed`` is more than zero only where nothing is returned or lost.
    """

    settles: tuple[Take, ...]
    returns: tuple[Take, ...]
    returned: Money
    lost: Money
    still_owed: Money

    @property
    def settled(self) -> Money:
        return Money.sum([take.amount for take in self.settles], self.lost.currency)


def emptying(lots: Sequence[Lot], *, owed: Money) -> Emptying:
    """Bought lots pay what is owed before given ones: what was given is not worth more at the end.

    What is left of each bought lot is returned in whole coins; smaller rests and all that was given are lost.
    """
    bought = [lot for lot in lots if lot.kind is LotKind.PURCHASED]
    given = [lot for lot in lots if lot.kind is not LotKind.PURCHASED]
    settles, left, lost = [], [], Money.zero(owed.currency)
    for lot in bought + given:
        part = min(lot.left, owed)
        if part:
            settles.append(Take(lot_id=lot.lot_id, amount=part))
            owed -= part
        left.append(replace(lot, left=lot.left - part))
        lost += lot.left - part
    coins = [(lot, lot.left.to_minor(ROUND_DOWN)) for lot in left if lot.kind is LotKind.PURCHASED]
    returns = tuple(Take(lot_id=lot.lot_id, amount=amount) for lot, amount in coins if amount)
    returned = Money.sum([take.amount for take in returns], owed.currency)
    return Emptying(settles=tuple(settles), returns=returns, returned=returned, lost=lost - returned, still_owed=owed)
