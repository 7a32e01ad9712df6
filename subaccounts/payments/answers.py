"""Payments as the API answers them."""

from collections.abc import Sequence
from typing import Any

from subaccounts.payments.models.payments import Payment
from subaccounts.payments.queries import Put, put

PLAIN = (
    "seller",
    "sub_account_id",
    "customer_id",
    "payer_name",
    "amount",
    "unapplied",
    "refunded",
    "disputed",
    "method",
    "state",
    "decline_class",
    "decline_code",
    "reference",
    "received_on",
    "created_at",
    "ended_at",
)


def shown(found: Payment) -> dict[str, Any]:
    return shown_many([found])[0]


def shown_many(rows: Sequence[Payment]) -> list[dict[str, Any]]:
    """In a constant number of queries."""
    standing = put(row.id for row in rows)
    return [_shown(row, standing.get(row.id, [])) for row in rows]


def _shown(found: Payment, parts: Sequence[Put]) -> dict[str, Any]:
    plain = {name: getattr(found, name) for name in PLAIN}
    return plain | {
        "id": found.public_id,
        "payment_method": found.payment_method_id,
        "allocations": [part for part in parts if part.amount],
    }
