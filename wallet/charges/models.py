from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, tenant_key
from agency.foundation.database.types import Currency, Micros, Word
from agency.foundation.money import Money
from wallet.charges.rules import DeclineClass


class ChargeState(StrEnum):
    OPEN = "open"
    SETTLED = "settled"
    DECLINED = "declined"
    ABANDONED = "abandoned"


class Charge(Identified, Base):
    """An amount to take from a card for one purpose, named by its source. It settles at most once."""

    __tablename__ = "charges"
    prefix = "chg"

    sub_account_id: Mapped[UUID]
    payer_id: Mapped[UUID]
    merchant_account_id: Mapped[UUID]
    source_type: Mapped[str]
    source_id: Mapped[UUID]
    amount_micros: Mapped[int] = mapped_column(Micros)
    currency: Mapped[str] = mapped_column(Currency)
    description: Mapped[str]
    state: Mapped[ChargeState] = mapped_column(Word(ChargeState), default=ChargeState.OPEN)
    stripe_intent: Mapped[str | None]
    stripe_charge: Mapped[str | None]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    unwanted_since: Mapped[datetime | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("payer_id", "payers"),
        tenant_key("merchant_account_id", "merchant_accounts"),
        UniqueConstraint("agency_id", "source_type", "source_id"),
        Index("ix_charges_intent", "agency_id", "stripe_intent"),
        CheckConstraint("amount_micros > 0", name="amount_positive"),
    )

    @property
    def amount(self) -> Money:
        return Money(self.amount_micros, self.currency)


class AttemptState(StrEnum):
    REQUESTED = "requested"
    CHARGING = "charging"
    PROCESSING = "processing"
    NEEDS_AUTHENTICATION = "needs_authentication"
    UNKNOWN = "unknown"
    SETTLED = "settled"
    DECLINED = "declined"
    ABANDONED = "abandoned"

    @property
    def is_open(self) -> bool:
        return self not in {AttemptState.SETTLED, AttemptState.DECLINED, AttemptState.ABANDONED}


OPEN_ATTEMPT = text("state NOT IN ('settled', 'declined', 'abandoned')")


class ChargeAttempt(Identified, Base):
    """One try on one card; its id is the processor's idempotency key. A charge has at most one open.

    ``stripe_card`` is the token it was sent with, as the same key must always come with the same words;
    ``tried_at`` is business time, for the card's budget; the times of claiming and asking are the wall's.
    """

    __tablename__ = "charge_attempts"
    prefix = "att"

    sub_account_id: Mapped[UUID]
    charge_id: Mapped[UUID]
    number: Mapped[int]
    payment_method_id: Mapped[UUID]
    fingerprint: Mapped[str]
    off_session: Mapped[bool]
    stripe_card: Mapped[str | None]
    state: Mapped[AttemptState] = mapped_column(Word(AttemptState), default=AttemptState.REQUESTED)
    decline_class: Mapped[DeclineClass | None] = mapped_column(Word(DeclineClass))
    decline_code: Mapped[str | None]
    decline_message: Mapped[str | None]
    stripe_intent: Mapped[str | None]
    tried_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    look_at: Mapped[datetime]
    looks: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("charge_id", "charges"),
        tenant_key("payment_method_id", "payment_methods"),
        UniqueConstraint("agency_id", "charge_id", "number"),
        Index("uq_charge_attempts_open", "agency_id", "charge_id", unique=True, postgresql_where=OPEN_ATTEMPT),
        Index("ix_charge_attempts_due", "look_at", postgresql_where=OPEN_ATTEMPT),
        Index("ix_charge_attempts_card", "agency_id", "fingerprint", "tried_at"),
    )


class RefundState(StrEnum):
    REQUESTED = "requested"
    SENDING = "sending"
    PENDING = "pending"
    UNKNOWN = "unknown"
    SETTLED = "settled"
    FAILED = "failed"

    @property
    def is_open(self) -> bool:
        return self not in {RefundState.SETTLED, RefundState.FAILED}


OPEN_REFUND = text("state NOT IN ('settled', 'failed')")


class Refund(Identified, Base):
    """A part of a settled charge given back to its card; its id is the processor's idempotency key."""

    __tablename__ = "card_refunds"
    prefix = "rfd"

    sub_account_id: Mapped[UUID]
    charge_id: Mapped[UUID]
    source_type: Mapped[str]
    source_id: Mapped[UUID]
    amount_micros: Mapped[int] = mapped_column(Micros)
    currency: Mapped[str] = mapped_column(Currency)
    state: Mapped[RefundState] = mapped_column(Word(RefundState), default=RefundState.REQUESTED)
    stripe_refund: Mapped[str | None]
    failure: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    look_at: Mapped[datetime]
    looks: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("charge_id", "charges"),
        UniqueConstraint("agency_id", "source_type", "source_id"),
        Index("ix_card_refunds_charge", "agency_id", "charge_id"),
        Index("ix_card_refunds_due", "look_at", postgresql_where=OPEN_REFUND),
        CheckConstraint("amount_micros > 0", name="amount_positive"),
    )

    @property
    def amount(self) -> Money:
        return Money(self.amount_micros, self.currency)


class DisputeState(StrEnum):
    OPEN = "open"
    LOST = "lost"
    WON = "won"


class Dispute(Identified, Base):
    """A cardholder's bank takes a settled charge back. *lost* and *won* are final."""

    __tablename__ = "disputes"
    prefix = "dsp"

    sub_account_id: Mapped[UUID]
    charge_id: Mapped[UUID]
    stripe_dispute: Mapped[str]
    amount_micros: Mapped[int] = mapped_column(Micros)
    currency: Mapped[str] = mapped_column(Currency)
    reason: Mapped[str]
    state: Mapped[DisputeState] = mapped_column(Word(DisputeState), default=DisputeState.OPEN)
    opened_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("charge_id", "charges"),
        UniqueConstraint("agency_id", "charge_id", "stripe_dispute"),
    )

    @property
    def amount(self) -> Money:
        return Money(self.amount_micros, self.currency)
