from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, JsonObject, root_key, tenant_key
from agency.foundation.database.types import Currency, Micros, Word
from agency.foundation.money import Money
from subaccounts.invoices.models.columns import Seller


class StatementKind(StrEnum):
    """*insurance*: services with who gave them, for a reimbursement."""

    ACCOUNT = "account"
    INSURANCE = "insurance"


class Statement(Identified, Base):
    """What was charged and paid from one day to another, both included, as it stood when it was made.

    ``seller_id`` is under whom it is numbered; None is the agency. ``document`` is all that it says, in the payer's
    language. It never changes.
    """

    __tablename__ = "statements"
    prefix = "stm"

    sub_account_id: Mapped[UUID]
    seller_id: Mapped[UUID | None]
    seller: Mapped[Seller] = mapped_column(Word(Seller))
    customer_id: Mapped[UUID | None]
    payer_id: Mapped[UUID]
    payer_name: Mapped[str]
    kind: Mapped[StatementKind] = mapped_column(Word(StatementKind))
    number: Mapped[int]
    first_day: Mapped[date]
    last_day: Mapped[date]
    currency: Mapped[str] = mapped_column(Currency)
    opening_micros: Mapped[int] = mapped_column(Micros)
    closing_micros: Mapped[int] = mapped_column(Micros)
    document: Mapped[JsonObject] = mapped_column(JSONB, deferred=True)
    document_hash: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]

    __table_args__ = (
        root_key(),
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("customer_id", "customers"),
        UniqueConstraint("agency_id", "seller_id", "number", postgresql_nulls_not_distinct=True),
        CheckConstraint("first_day <= last_day", name="days_in_order"),
        Index("ix_statements_seller", "agency_id", "sub_account_id", "seller", "id"),
        Index("ix_statements_payer", "agency_id", "payer_id", "id"),
        Index("ix_statements_customer", "agency_id", "customer_id", "id"),
    )

    @property
    def number_text(self) -> str:
        return f"ST-{self.number:05}"

    @property
    def opening(self) -> Money:
        return Money(self.opening_micros, self.currency)

    @property
    def closing(self) -> Money:
        """What was owed at its end; below zero the payer had credit."""
        return Money(self.closing_micros, self.currency)

    @property
    def name(self) -> str:
        return self.number_text
