"""Everything served under `/v1`."""

from wallet.stripe_gateway.local.resources import (
    account_links,
    accounts,
    balances,
    charges,
    customers,
    disputes,
    events,
    refunds,
    webhook_endpoints,
)
from wallet.stripe_gateway.local.resources.payment_intents import endpoints as payment_intents
from wallet.stripe_gateway.local.resources.payment_methods import endpoints as payment_methods
from wallet.stripe_gateway.local.resources.setup_intents import endpoints as setup_intents

ROUTES = (
    *account_links.ROUTES,
    *accounts.ROUTES,
    *balances.ROUTES,
    *charges.ROUTES,
    *customers.ROUTES,
    *disputes.ROUTES,
    *events.ROUTES,
    *payment_intents.ROUTES,
    *payment_methods.ROUTES,
    *refunds.ROUTES,
    *setup_intents.ROUTES,
    *webhook_endpoints.ROUTES,
)
