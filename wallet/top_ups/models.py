from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, JsonObject, root_key, tenant_key
from agency.foundation.database.types import Currency, Micros, Rate, Word
from agency.foundation.money import Money
from wallet.charges.rules import DeclineClass


class FundingTerms(Identified, Base):
    """What an agency lets be added to its wallets; with ``sub_account_id``, where one of them differs.

    An empty field is as the agency has it, and where the agency is silent as the platform has it.
    """

    __tablename__ = "funding_terms"
    prefix = "ftm"

    sub_account_id: Mapped[UUID | None]
    currency: Mapped[str] = mapped_column(Currency)
    minimum: Mapped[int | None] = mapped_column(Micros)
    maximum: Mapped[int | None] = mapped_column(Micros)
    balance_maximum: Mapped[int | None] = mapped_column(Micros)
    bonus_percent: Mapped[Decimal | None] = mapped_column(Rate)
    bonus_from: Mapped[int | None] = mapped_column(Micros)
    cooling_down_minutes: Mapped[int | None]
    receipts_mailed: Mapped[bool | None]

    __table_args__ = (
        root_key(),
        tenant_key("sub_account_id", "sub_accounts"),
        UniqueConstraint("agency_id", "sub_account_id", "currency", postgresql_nulls_not_distinct=True),
    )


class TopUpState(StrEnum):
    """*processing*: asked for, and its end is not known yet."""

    PROCESSING = "processing"
    NEEDS_AUTHENTICATION = "needs_authentication"
    SETTLED = "settled"
    DECLINED = "declined"
    ABANDONED = "abandoned"

    @property
    def is_open(self) -> bool:
        return self in {TopUpState.PROCESSING, TopUpState.NEEDS_AUTHENTICATION}


class TopUp(Identified, Base):
    """Somebody adds funds from a card, once.

    ``request`` names the request that asked for it, so that the same request finds it again; ``due_at`` is when
    a confirmation that nobody gave is given up.
    """

    __tablename__ = "top_ups"
    prefix = "top"

    sub_account_id: Mapped[UUID]
    amount_micros: Mapped[int] = mapped_column(Micros)
    currency: Mapped[str] = mapped_column(Currency)
    payment_method_id: Mapped[UUID]
    state: Mapped[TopUpState] = mapped_column(Word(TopUpState), default=TopUpState.PROCESSING)
    decline_class: Mapped[DeclineClass | None] = mapped_column(Word(DeclineClass))
    decline_code: Mapped[str | None]
    requested_by: Mapped[str]
    request: Mapped[str | None]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    transaction_id: Mapped[UUID | None]
    paid_owed_micros: Mapped[int] = mapped_column(Micros, default=0)
    bonus_micros: Mapped[int] = mapped_column(Micros, default=0)

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("payment_method_id", "payment_methods"),
        UniqueConstraint("agency_id", "request"),
        CheckConstraint("amount_micros > 0", name="amount_positive"),
        Index("ix_top_ups_wallet", "agency_id", "sub_account_id", "id"),
        Index("ix_top_ups_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    @property
    def amount(self) -> Money:
        return Money(self.amount_micros, self.currency)

    @property
    def paid_owed(self) -> Money:
        """What of it paid what the wallet owed."""
        return Money(self.paid_owed_micros, self.currency)

    @property
    def bonus(self) -> Money:
        return Money(self.bonus_micros, self.currency)


class RefundPartState(StrEnum):
    """*by_hand*: no card paid for this credit, so the agency returns the money itself."""

    PROCESSING = "processing"
    SETTLED = "settled"
    FAILED = "failed"
    BY_HAND = "by_hand"


class TopUpRefund(Identified, Base):
    """Unspent purchased credit goes back to the cards that paid for it; one part for each charge."""

    __tablename__ = "top_up_refunds"
    prefix = "trf"

    sub_account_id: Mapped[UUID]
    amount_micros: Mapped[int] = mapped_column(Micros)
    currency: Mapped[str] = mapped_column(Currency)
    reason: Mapped[str]
    requested_by: Mapped[str]
    request: Mapped[str | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        UniqueConstraint("agency_id", "request"),
        Index("ix_top_up_refunds_wallet", "agency_id", "sub_account_id", "id"),
    )

    @property
    def amount(self) -> Money:
        return Money(self.amount_micros, self.currency)


class TopUpRefundPart(Identified, Base):
    """``transaction_id`` took the credit out of the wallet; a failed part was undone by another."""

    __tablename__ = "top_up_refund_parts"
    prefix = "trp"

    sub_account_id: Mapped[UUID]
    refund_id: Mapped[UUID]
    charge_id: Mapped[UUID | None]
    transaction_id: Mapped[UUID]
    amount_micros: Mapped[int] = mapped_column(Micros)
    bonus_micros: Mapped[int] = mapped_column(Micros)
    currency: Mapped[str] = mapped_column(Currency)
    state: Mapped[RefundPartState] = mapped_column(Word(RefundPartState))
    failure: Mapped[str | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("refund_id", "top_up_refunds"),
        tenant_key("charge_id", "charges"),
        Index("ix_top_up_refund_parts_refund", "agency_id", "refund_id"),
    )

    @property
    def amount(self) -> Money:
        return Money(self.amount_micros, self.currency)

    @property
    def bonus_clawed_back(self) -> Money:
        return Money(self.bonus_micros, self.currency)


class ReceiptKind(StrEnum):
    PAYMENT = "payment"
    REFUND = "refund"


class Receipt(Identified, Base):
    """What was paid or given back, frozen as it was then; its PDF is typeset from ``document`` whenever it is read."""

    __tablename__ = "receipts"
    prefix = "rcp"

    sub_account_id: Mapped[UUID]
    kind: Mapped[ReceiptKind] = mapped_column(Word(ReceiptKind))
    charge_id: Mapped[UUID]
    refund_part_id: Mapped[UUID | None]
    amount_micros: Mapped[int] = mapped_column(Micros)
    currency: Mapped[str] = mapped_column(Currency)
    document: Mapped[JsonObject]
    issued_at: Mapped[datetime]
    mailed_to: Mapped[str | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("charge_id", "charges"),
        tenant_key("refund_part_id", "top_up_refund_parts"),
        UniqueConstraint("agency_id", "charge_id", "refund_part_id", postgresql_nulls_not_distinct=True),
        Index("ix_receipts_wallet", "agency_id", "sub_account_id", "id"),
    )

    @property
    def amount(self) -> Money:
        return Money(self.amount_micros, self.currency)
