from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, tenant_key
from agency.foundation.database.types import Currency, Micros, Word
from agency.foundation.money import Money
from wallet.ledger.chart import CREDIT_WITH_FLOOR, DEBIT_KINDS, AccountKey, AccountKind
from wallet.ledger.codes import Code

FLOORED = ", ".join(f"'{kind}'" for kind in CREDIT_WITH_FLOOR)


class Account(Identified, Base):
    """Running sums of the transfers that name this account; only ``ledger.operations.post`` changes them."""

    __tablename__ = "ledger_accounts"
    prefix = "acc"

    sub_account_id: Mapped[UUID]
    kind: Mapped[AccountKind] = mapped_column(Word(AccountKind))
    owner_type: Mapped[str]
    owner_id: Mapped[UUID]
    currency: Mapped[str] = mapped_column(Currency)
    debits_posted: Mapped[int] = mapped_column(Micros, default=0)
    credits_posted: Mapped[int] = mapped_column(Micros, default=0)
    debits_pending: Mapped[int] = mapped_column(Micros, default=0)
    credits_pending: Mapped[int] = mapped_column(Micros, default=0)

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        UniqueConstraint("agency_id", "sub_account_id", "kind", "currency", "owner_type", "owner_id"),
        CheckConstraint(
            "least(debits_posted, credits_posted, debits_pending, credits_pending) >= 0", name="sums_grow_from_zero"
        ),
        CheckConstraint(
            f"kind NOT IN ({FLOORED}) OR credits_posted - debits_posted - debits_pending >= 0",
            name="credit_never_below_zero",
        ),
        CheckConstraint("kind <> 'owed' OR debits_posted - credits_posted >= 0", name="owed_never_overpaid"),
        # Room for pages of sums on one page of the table: an update then need not touch an index.
        {"postgresql_with": {"fillfactor": "70"}},
    )

    @property
    def key(self) -> AccountKey:
        return AccountKey.named(self.kind, self.sub_account_id, self.currency, self.owner_type, self.owner_id)

    @property
    def balance(self) -> Money:
        """What is posted, on the account's own side; what is pending is not in it."""
        grown = self.credits_posted - self.debits_posted
        return Money(-grown if self.kind in DEBIT_KINDS else grown, self.currency)


class Phase(StrEnum):
    """Posted at once, or pending until one later transfer posts it (in part) or voids it."""

    POSTED = "posted"
    PENDING = "pending"
    VOIDED = "voided"


class Transfer(Identified, Base):
    """One movement from a debit to a credit account. Rows are only ever added: the role may do nothing else.

    ``pending_id`` names the pending transfer that this one ends: posted (a capture, of at most its amount)
    or voided (a release or expiry, of its whole amount).
    """

    __tablename__ = "transfers"
    prefix = "tfr"

    sub_account_id: Mapped[UUID]
    debit_account_id: Mapped[UUID]
    credit_account_id: Mapped[UUID]
    amount: Mapped[int] = mapped_column(Micros)
    currency: Mapped[str] = mapped_column(Currency)
    code: Mapped[Code] = mapped_column(Word(Code))
    phase: Mapped[Phase] = mapped_column(Word(Phase))
    pending_id: Mapped[UUID | None]
    journal_id: Mapped[UUID]
    source_type: Mapped[str]
    source_id: Mapped[UUID]
    effective_at: Mapped[datetime]
    booked_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]

    __table_args__ = (
        tenant_key("debit_account_id", "ledger_accounts"),
        tenant_key("credit_account_id", "ledger_accounts"),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("debit_account_id <> credit_account_id", name="two_accounts"),
        CheckConstraint("(phase = 'pending') = (expires_at IS NOT NULL)", name="pending_expires"),
        CheckConstraint("phase <> 'voided' OR pending_id IS NOT NULL", name="voids_something"),
        CheckConstraint("phase <> 'pending' OR pending_id IS NULL", name="pending_ends_nothing"),
        Index(
            "uq_transfers_pending_id",
            "agency_id",
            "pending_id",
            unique=True,
            postgresql_where=text("pending_id IS NOT NULL"),
        ),
        Index("ix_transfers_debit", "agency_id", "debit_account_id", "id"),
        Index("ix_transfers_credit", "agency_id", "credit_account_id", "id"),
        Index("ix_transfers_source", "agency_id", "source_id"),
        {"postgresql_partition_by": "HASH (agency_id)"},
    )

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)
