"""How the price editor rehearses prices of usage."""

from agency.plans.rehearsals import Rehearser
from agency.plans.rules.components import Component
from subaccounts.usage.operations.rehearsing import rehearse_usage

USED = Rehearser(
    components=frozenset({Component.USAGE}),
    rehearse=rehearse_usage,
    template="subaccounts/usage/rehearsal.html",
)
