"""What payments tell the floors above, in the transaction in which it happens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agency.foundation.money import Money
from subaccounts.payments.models.payments import Payment
from subaccounts.payments.models.refunds import PaymentRefund


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSettled:
    """The money is there; ``applied`` of it was put to invoices, by their ids."""

    payment: Payment
    applied: Mapping[UUID, Money]
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFailed:
    """The card was declined, or nobody confirmed: nothing was charged."""

    payment: Payment
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRefunded:
    """The money is on its way back to the payer."""

    refund: PaymentRefund
    payment: Payment
    at: datetime
