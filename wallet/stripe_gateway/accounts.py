"""Whose account a key opens."""

from wallet.stripe_gateway.client import client_of, refusals
from wallet.stripe_gateway.orders import Credentials
from wallet.stripe_gateway.outcomes import Account


def read_account(credentials: Credentials) -> Account:
    """The account that these credentials charge for.

    Raises:
        ProcessorUnreachable: no answer.
        ProcessorRefused: the key opens nothing.
    """
    with refusals():
        services = client_of(credentials).v1.accounts
        found = services.retrieve(credentials.account) if credentials.account else services.retrieve_current()
    profile = found.business_profile
    return Account(
        id=found.id,
        name=(profile.name if profile is not None else None) or found.email or found.id,
        country=found.country or "",
        charges_enabled=bool(found.charges_enabled),
    )
