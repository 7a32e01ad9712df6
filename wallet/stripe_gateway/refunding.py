"""Give money back to the card it came from."""

from datetime import datetime

import stripe

from wallet.stripe_gateway.client import (
    KEY_LIVES,
    NOT_FOUND,
    QUIET,
    client_of,
    is_indefinite,
    is_locked_out,
    unknown,
)
from wallet.stripe_gateway.orders import RefundOrder
from wallet.stripe_gateway.outcomes import Refunded, RefundOutcome, RefundPending, RefundRefused, Unknown

REFUND = "refund"  # The metadata that names our row.
PAGE = 100


def refund(order: RefundOrder) -> RefundOutcome:
    """Sent again with the same order it gives the first answer, for a day."""
    try:
        made = client_of(order.credentials).v1.refunds.create(
            {
                "payment_intent": order.intent,
                "amount": order.amount.minor_units,
                "metadata": {REFUND: str(order.refund_id)},
            },
            {"idempotency_key": order.idempotency_key},
        )
    except stripe.StripeError as error:
        if is_indefinite(error) or is_locked_out(error):
            return unknown(error)
        return RefundRefused(error.code or type(error).__name__, error.user_message or "")
    return _outcome(made)


def find_refund(order: RefundOrder, *, sent_at: datetime, now: datetime) -> RefundOutcome:
    """What became of a refund sent before: read, sent again with its key, or listed by metadata."""
    if order.refund:
        return _read(order)
    repeated = refund(order) if now - sent_at < KEY_LIVES else Unknown("the key has expired", answered=True)
    if not isinstance(repeated, Unknown):
        return repeated
    listed = _listed(order)
    if listed is None and repeated.answered and now - sent_at > QUIET:
        return RefundRefused(NOT_FOUND, "The processor never carried it out.")
    return listed or repeated


def _read(order: RefundOrder) -> RefundOutcome:
    assert order.refund is not None  # noqa: S101  # The caller has looked.
    try:
        return _outcome(client_of(order.credentials).v1.refunds.retrieve(order.refund))
    except stripe.StripeError as error:
        return unknown(error)


def _listed(order: RefundOrder) -> RefundOutcome | None:
    """None when ours is not among the intent's refunds and its key might still be in work."""
    try:
        refunds = client_of(order.credentials).v1.refunds.list({"payment_intent": order.intent, "limit": PAGE})
        for made in refunds.auto_paging_iter():
            if (made.metadata.to_dict() if made.metadata else {}).get(REFUND) == str(order.refund_id):
                return _outcome(made)
    except stripe.StripeError as error:
        return unknown(error)
    return None


def _outcome(made: stripe.Refund) -> RefundOutcome:
    if made.status == "succeeded":
        return Refunded(made.id)
    if made.status in {"failed", "canceled"}:
        return RefundRefused(made.failure_reason or made.status, "", made.id)
    return RefundPending(made.id)
