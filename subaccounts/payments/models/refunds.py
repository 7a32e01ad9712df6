from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, JsonObject, tenant_key
from agency.foundation.database.types import Word
from subaccounts.payments.models.payments import Method, OfPayer


class RefundState(StrEnum):
    PROCESSING = "processing"
    SETTLED = "settled"
    FAILED = "failed"


class PaymentRefund(OfPayer, Identified, Base):
    """A part of a payment given back: to the card of ``charge_id``, or by hand with a reference."""

    __tablename__ = "payment_refunds"
    prefix = "prf"

    payment_id: Mapped[UUID]
    charge_id: Mapped[UUID | None]
    method: Mapped[Method] = mapped_column(Word(Method))
    state: Mapped[RefundState] = mapped_column(Word(RefundState))
    failure: Mapped[str | None]
    reference: Mapped[str | None]
    reason: Mapped[str]
    request: Mapped[str | None]
    requested_by: Mapped[str]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        tenant_key("payment_id", "payments"),
        tenant_key("charge_id", "charges"),
        UniqueConstraint("agency_id", "request"),
        CheckConstraint("amount_micros > 0", name="amount_positive"),
        CheckConstraint("(method = 'card') = (charge_id IS NOT NULL)", name="to_the_card_that_paid"),
        Index("ix_payment_refunds_payment", "agency_id", "payment_id", "id"),
    )


class ReceiptKind(StrEnum):
    PAYMENT = "payment"
    REFUND = "refund"


class PaymentReceipt(OfPayer, Identified, Base):
    """What was paid or given back, with every invoice it touched, frozen as it was then."""

    __tablename__ = "payment_receipts"
    prefix = "prc"

    payment_id: Mapped[UUID]
    refund_id: Mapped[UUID | None]
    kind: Mapped[ReceiptKind] = mapped_column(Word(ReceiptKind))
    document: Mapped[JsonObject] = mapped_column(JSONB, deferred=True)
    issued_at: Mapped[datetime]

    __table_args__ = (
        tenant_key("payment_id", "payments"),
        tenant_key("refund_id", "payment_refunds"),
        UniqueConstraint("agency_id", "payment_id", "refund_id", postgresql_nulls_not_distinct=True),
    )
