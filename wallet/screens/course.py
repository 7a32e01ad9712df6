"""The balance of a simulated wallet, day by day."""

from collections.abc import Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from agency.foundation.local_days import local_day
from agency.foundation.money import Money
from wallet.recharge.rules.simulation import Simulation


def course(
    simulation: Simulation, moves: Mapping[date, Money], days: Sequence[date], zone: ZoneInfo
) -> list[tuple[date, Money]]:
    """What the balance was at the end of each day; ``moves`` is what really changed it, recharges aside."""
    changes = dict(moves)
    for recharge in simulation.recharges:
        day = local_day(recharge.at, zone)
        changes[day] = changes.get(day, Money.zero(recharge.amount.currency)) + recharge.amount
    none = Money.zero(simulation.balance.currency)
    balance, closing = simulation.balance, []
    for day in reversed(days):
        closing.append((day, balance))
        balance -= changes.get(day, none)
    return closing[::-1]
