"""What the rooms of the marketplace give to the factory."""

from collections.abc import Callable
from typing import Any

from agency.foundation.due.sources import DueSource
from agency.tenants.events import SubAccountClosed
from marketplace.catalogue import acts
from marketplace.catalogue import routes as catalogue
from marketplace.installs import handlers, jobs
from marketplace.installs import routes as installs
from marketplace.installs.checks import compare
from marketplace.installs.documents import list_taken
from marketplace.installs.explanations import explain_app_charge
from marketplace.installs.operations.charging import SOURCE
from marketplace.payouts import routes as payouts
from marketplace.resale import routes as resale
from subaccounts.billing_run.operations.wallet_lines import Lister
from subaccounts.invoices.events import InvoiceSettled
from subaccounts.payments.events import PaymentRefunded
from subaccounts.subscriptions.events import SubscriptionsBilled, SubscriptionsMoved
from wallet.charges.events import DisputeLost
from wallet.credits.explanations import Explain
from wallet.ledger.checks import Comparison

ACTS, FIELDS = acts.ACTS, acts.FIELDS
PAGES = [*catalogue.PAGES, *installs.PAGES, *payouts.PAGES, *resale.PAGES]
RESOURCES = [*catalogue.RESOURCES, *installs.RESOURCES, *payouts.RESOURCES, *resale.RESOURCES]
DUE: list[DueSource] = jobs.DUE
EXPLANATIONS: dict[str, Explain] = {SOURCE: explain_app_charge}
LISTERS: list[Lister] = [list_taken]
COMPARISONS: list[Comparison] = [compare]
# They come after those of the rooms below, whose books they share.
SUBSCRIPTIONS: list[tuple[type, Callable[[Any], None]]] = [
    (SubAccountClosed, handlers.remove_of_closed),
    (SubscriptionsBilled, handlers.share_bills),
    (SubscriptionsMoved, handlers.follow_subscriptions),
    (DisputeLost, handlers.reverse_disputed),
    (PaymentRefunded, handlers.reverse_refunded),
    (InvoiceSettled, handlers.restore_paid),
]
