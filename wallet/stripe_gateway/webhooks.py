"""Is this webhook the processor's own, fresh, and for us?"""

import json

import stripe

from wallet.stripe_gateway.outcomes import IncomingEvent

TOLERANCE_SECONDS = 300


class NotTheProcessor(Exception):
    """Forged, stale, or no event at all."""


def verified(payload: bytes, signature: str | None, secret: str) -> IncomingEvent:
    """Check the signature and its age, then read the event.

    Raises:
        NotTheProcessor: it was signed with another secret, more than five minutes ago, or is malformed.
    """
    try:
        text = payload.decode()
        stripe.WebhookSignature.verify_header(text, signature or "", secret, TOLERANCE_SECONDS)
        body = json.loads(text)
        return IncomingEvent(id=str(body["id"]), kind=str(body["type"]), account=body.get("account"), body=body)
    except (stripe.SignatureVerificationError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotTheProcessor from error
