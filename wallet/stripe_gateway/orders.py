"""What the gateway is told: frozen, so that nothing reads a row while the processor is waited for."""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from agency.foundation.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """How to speak for a merchant account: its key, or the platform's key and the connected account."""

    secret_key: str = field(repr=False)
    account: str | None = None
    api_base: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeOrder:
    """One try on one card. ``off_session``: nobody is there to confirm it with their bank."""

    credentials: Credentials
    attempt_id: UUID
    customer: str
    payment_method: str
    amount: Money
    description: str
    off_session: bool
    intent: str | None = None
    metadata: tuple[tuple[str, str], ...] = ()

    @property
    def idempotency_key(self) -> str:
        return f"charge-attempt-{self.attempt_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOrder:
    """Give back a part of what an intent took, to the card it was taken from."""

    credentials: Credentials
    refund_id: UUID
    intent: str
    amount: Money
    refund: str | None = None

    @property
    def idempotency_key(self) -> str:
        return f"refund-{self.refund_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerOrder:
    """A payer as the processor is to know them. One key for the same words: other words under it would be refused."""

    customer_id: UUID
    name: str
    email: str | None

    @property
    def idempotency_key(self) -> str:
        words = sha256(json.dumps([self.name, self.email]).encode()).hexdigest()
        return f"customer-{self.customer_id}-{words}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupOrder:
    """Prepare a card for charges without its holder; with a ``payment_method`` it is confirmed at once."""

    setup_id: UUID
    customer: str
    payment_method: str | None = None

    @property
    def idempotency_key(self) -> str:
        return f"card-setup-{self.setup_id}"
