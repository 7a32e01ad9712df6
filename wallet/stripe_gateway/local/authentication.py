"""Which account a key speaks for."""

import base64
import binascii
import re
from dataclasses import dataclass

from wallet.stripe_gateway.local.exchange import Request
from wallet.stripe_gateway.local.refusals import Refusal
from wallet.stripe_gateway.local.store import Store

_KEY = re.compile(r"(sk|rk|pk)_test_(\w+)")


@dataclass(frozen=True)
class Credentials:
    account: str
    publishable: bool


def authenticate(request: Request, store: Store) -> Credentials:
    """The key's own account, or the connected account that `Stripe-Account` names."""
    key = _presented(request)
    if not key:
        raise Refusal(401, "invalid_request_error", _NO_KEY)
    match = _KEY.fullmatch(key)
    if not match:
        raise Refusal(401, "invalid_request_error", f"Invalid API Key provided: {key[:8]}{'*' * 8}")
    own = f"acct_{match[2]}"
    publishable = match[1] == "pk"
    account = request.headers.get("Stripe-Account") or (publishable and _parameter(request, "_stripe_account")) or own
    if account != own and (store.find(own, account) or {"deleted": True}).get("deleted"):
        raise Refusal(403, "invalid_request_error", _no_access(account), code="account_invalid")
    return Credentials(account, publishable)


def _presented(request: Request) -> str:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme == "Bearer":
        return secret.strip()
    if scheme == "Basic":
        try:
            return base64.b64decode(secret).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    # A browser passes its publishable key as a parameter, which spares it the preflight request.
    key = _parameter(request, "key")
    return key if key.startswith("pk_") else ""


def _parameter(request: Request, name: str) -> str:
    value = request.values.get(name)
    return value if isinstance(value, str) else ""


_NO_KEY = (
    "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth "
    "(e.g. 'Authorization: Bearer YOUR_SECRET_KEY')."
)


def _no_access(account: str) -> str:
    return (
        f"The provided key does not have access to account '{account}' (or that account does not exist). "
        "Application access may have been revoked."
    )
