"""Whose account a key opens, and where it reports to."""

from typing import Any

import stripe

from wallet.stripe_gateway.client import ProcessorUnreachable, client_of, refusals
from wallet.stripe_gateway.orders import Credentials
from wallet.stripe_gateway.outcomes import Account

# In the metadata of an account that the platform opened.
OPENED_FOR = "opened_for"
# What the inbox knows to handle.
EVENTS: list[Any] = [
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.canceled",
    "setup_intent.succeeded",
    "payment_method.automatically_updated",
    "payment_method.detached",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.closed",
    "account.updated",
]


def read_account(credentials: Credentials) -> Account:
    """The account that these credentials charge for.

    Raises:
        ProcessorUnreachable: no answer.
        ProcessorRefused: the key opens nothing.
    """
    with refusals():
        services = client_of(credentials).v1.accounts
        found = services.retrieve(credentials.account) if credentials.account else services.retrieve_current()
    return _account(found)


def open_account(credentials: Credentials, *, country: str, opened_for: str, idempotency_key: str) -> Account:
    """A new account under the platform, whose owner tells the processor about themselves at its own pages.

    Raises:
        ProcessorUnreachable: no answer; send it again with the same key.
        ProcessorRefused: it opens none there.
    """
    with refusals():
        made = client_of(credentials).v1.accounts.create(
            {"type": "standard", "country": country, "metadata": {OPENED_FOR: opened_for}},
            {"idempotency_key": idempotency_key},
        )
    return _account(made)


def onboarding_address(credentials: Credentials, account: str, *, return_url: str) -> str:
    """Where the owner of an account answers the processor's questions, once; from there they come back.

    Raises:
        ProcessorUnreachable: no answer.
        ProcessorRefused: no such account under the platform.
    """
    with refusals():
        link = client_of(credentials).v1.account_links.create(
            {"account": account, "type": "account_onboarding", "return_url": return_url, "refresh_url": return_url}
        )
    return link.url


def _account(found: stripe.Account) -> Account:
    profile = found.business_profile
    return Account(
        id=found.id,
        name=(profile.name if profile is not None else None) or found.email or found.id,
        country=found.country or "",
        charges_enabled=bool(found.charges_enabled),
        opened_for=found.metadata[OPENED_FOR] if found.metadata and OPENED_FOR in found.metadata else "",
    )


def register_webhook(credentials: Credentials, address: str, *, idempotency_key: str) -> str:
    """Have events reported to an address; answers the secret that they will be signed with.

    Raises:
        ProcessorUnreachable: no answer; send it again with the same key.
        ProcessorRefused: it does not take this address.
    """
    with refusals():
        made = client_of(credentials).v1.webhook_endpoints.create(
            {"url": address, "enabled_events": EVENTS}, {"idempotency_key": idempotency_key}
        )
    if made.secret is None:
        raise ProcessorUnreachable
    return made.secret
