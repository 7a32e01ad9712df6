"""Have an account receive: each asks the processor first, outside any transaction, and keeps what it answered."""

from datetime import datetime
from uuid import UUID

from flask_babel import lazy_gettext as _l

from agency.foundation.actor import Actor
from agency.foundation.database.session import transaction
from agency.foundation.errors import DomainError, InvalidInput, NotFound
from agency.foundation.tenancy import scope
from agency.tenants.queries import agency, sub_account
from wallet.merchant_accounts import keys
from wallet.merchant_accounts.models import MerchantAccount
from wallet.merchant_accounts.operations import KeyWish, PaymentsNotSetUp, connect_account, connect_key
from wallet.stripe_gateway.accounts import onboarding_address, open_account, read_account
from wallet.stripe_gateway.client import ProcessorRefused
from wallet.stripe_gateway.orders import Credentials
from wallet.stripe_gateway.outcomes import Account


class NotReady(DomainError):
    message = _l("The card processor still wants to know more about this account. Go on there, then come back.")


def with_keys(wish: KeyWish, *, sub_account_id: UUID | None, by: Actor, now: datetime) -> MerchantAccount:
    """Receive with an account's own key; one that opens nothing is not kept.

    Raises:
        InvalidInput: the processor does not know the key.
        AlreadyConnected: that account receives already.
    """
    try:
        account = read_account(keys.credentials_of_key(wish.secret_key))
    except ProcessorRefused as refusal:
        message = _l("The card processor does not know this key. It was not saved.")
        raise InvalidInput({"secret_key": [str(message)]}) from refusal
    with transaction():
        return connect_key(wish, account, sub_account_id=sub_account_id, by=by, now=now)


def begin(*, sub_account_id: UUID | None) -> str:
    """Open an account under the platform for this place, once a country; answers its id at the processor.

    Raises:
        PaymentsNotSetUp: the platform has no account of its own.
        ProcessorUnreachable, ProcessorRefused: nothing was opened.
    """
    place = _place(sub_account_id)
    with transaction():
        country = sub_account(sub_account_id).country if sub_account_id else agency().country
    opened = open_account(
        _platform(), country=country, opened_for=place, idempotency_key=f"connected-{place}-{country}"
    )
    return opened.id


def address(account: str, *, sub_account_id: UUID | None, return_url: str) -> str:
    """Where whoever owns the account tells the processor about themselves.

    Raises:
        NotFound: it was not opened for this place.
        PaymentsNotSetUp, ProcessorUnreachable: nobody can be asked.
    """
    _mine(account, sub_account_id)
    return onboarding_address(_platform(), account, return_url=return_url)


def finish(account: str, *, sub_account_id: UUID | None, by: Actor, now: datetime) -> MerchantAccount:
    """Receive with the account, once the processor takes charges for it.

    Raises:
        NotFound: it was not opened for this place.
        NotReady: the processor waits for answers.
        AlreadyConnected: it receives already.
    """
    found = _mine(account, sub_account_id)
    if not found.charges_enabled:
        raise NotReady
    with transaction():
        return connect_account(found, sub_account_id=sub_account_id, by=by, now=now)


def _mine(account: str, sub_account_id: UUID | None) -> Account:
    """What the platform wrote on the account as it opened it says whose it is; nobody else can."""
    try:
        found = read_account(keys.credentials_of_key(_platform().secret_key, account=account))
    except ProcessorRefused as refusal:
        raise NotFound from refusal
    if found.opened_for != _place(sub_account_id):
        raise NotFound
    return found


def _platform() -> Credentials:
    secret = keys.settings().stripe_secret_key
    if not secret:
        raise PaymentsNotSetUp
    return keys.credentials_of_key(secret)


def _place(sub_account_id: UUID | None) -> str:
    return f"{scope.agency_id()}/{sub_account_id or ''}"
