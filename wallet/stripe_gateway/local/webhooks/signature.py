"""The header by which a receiver knows that an event comes from here."""

import hashlib
import hmac


def signature(payload: str, secret: str, at: int) -> str:
    """`Stripe-Signature` for a payload sent at that second of the wall clock."""
    digest = hmac.new(secret.encode(), f"{at}.{payload}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"
