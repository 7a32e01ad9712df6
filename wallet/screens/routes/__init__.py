"""Every page of the wallet, for the factory."""

from wallet.screens.places import in_console, in_panel
from wallet.screens.routes import (
    add_funds,
    caps,
    console,
    credit,
    debit,
    grant,
    history,
    lift,
    limits,
    receipts,
    recharge,
    refund,
    rule,
    show,
    simulation,
)

# Importing a module registers its views at the two places of a wallet.
VIEWS = [
    add_funds,
    caps,
    credit,
    debit,
    grant,
    history,
    lift,
    limits,
    receipts,
    recharge,
    refund,
    rule,
    show,
    simulation,
]
PAGES = [in_panel, in_console, console.pages]
