from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, tenant_key
from agency.foundation.database.types import Word
from wallet.payment_methods.words import brand_name


class ProcessorCustomer(Identified, Base):
    """A payer as one merchant account's processor knows them; ``stripe_id`` is empty until it has answered."""

    __tablename__ = "processor_customers"
    prefix = "pcu"

    sub_account_id: Mapped[UUID]
    payer_id: Mapped[UUID]
    merchant_account_id: Mapped[UUID]
    stripe_id: Mapped[str | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("payer_id", "payers"),
        tenant_key("merchant_account_id", "merchant_accounts"),
        UniqueConstraint("agency_id", "merchant_account_id", "payer_id"),
    )


class SetupState(StrEnum):
    OPEN = "open"
    ATTACHED = "attached"
    REFUSED = "refused"


class CardSetup(Identified, Base):
    """Somebody adds a card: what they agreed to and when, from the form's first step to the card on file."""

    __tablename__ = "card_setups"
    prefix = "cse"

    sub_account_id: Mapped[UUID]
    processor_customer_id: Mapped[UUID]
    state: Mapped[SetupState] = mapped_column(Word(SetupState), default=SetupState.OPEN)
    token: Mapped[str | None]
    stripe_intent: Mapped[str | None]
    consent_text: Mapped[str]
    consented_at: Mapped[datetime]
    consented_by: Mapped[str]
    consent_address: Mapped[str | None]
    payment_method_id: Mapped[UUID | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("processor_customer_id", "processor_customers"),
        tenant_key("payment_method_id", "payment_methods"),
        Index("ix_card_setups_intent", "agency_id", "stripe_intent"),
    )


class PaymentMethod(Identified, Base):
    """A card on file. ``backup_order``: the place among those its person named for when the primary fails."""

    __tablename__ = "payment_methods"
    prefix = "crd"

    sub_account_id: Mapped[UUID]
    payer_id: Mapped[UUID]
    merchant_account_id: Mapped[UUID]
    processor_customer_id: Mapped[UUID]
    stripe_id: Mapped[str]
    brand: Mapped[str]
    last4: Mapped[str]
    exp_month: Mapped[int]
    exp_year: Mapped[int]
    fingerprint: Mapped[str]
    funding: Mapped[str]
    country: Mapped[str | None]
    is_primary: Mapped[bool]
    backup_order: Mapped[int | None]
    consent_text: Mapped[str]
    consented_at: Mapped[datetime]
    consented_by: Mapped[str]
    attached_at: Mapped[datetime]
    expiry_told_at: Mapped[datetime | None]
    detached_at: Mapped[datetime | None]
    detached_by: Mapped[str | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("payer_id", "payers"),
        tenant_key("merchant_account_id", "merchant_accounts"),
        tenant_key("processor_customer_id", "processor_customers"),
        UniqueConstraint("agency_id", "merchant_account_id", "stripe_id"),
        Index(
            "uq_payment_methods_primary",
            "agency_id",
            "payer_id",
            unique=True,
            postgresql_where=text("is_primary AND detached_at IS NULL"),
        ),
        Index(
            "ix_payment_methods_expiry",
            "exp_year",
            "exp_month",
            postgresql_where=text("detached_at IS NULL AND expiry_told_at IS NULL"),
        ),
    )

    @property
    def name(self) -> str:
        """Brand and last digits, as people tell cards apart."""
        return f"{brand_name(self.brand)} {self.last4}"

    @property
    def is_attached(self) -> bool:
        return self.detached_at is None
