from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, TenantScoped, tenant_key
from agency.foundation.database.types import Currency, Micros, Word
from agency.foundation.money import Money
from wallet.ledger.codes import Code


class WalletTransaction(Identified, Base):
    """One line of a wallet's history, only ever added; its id is the journal of its transfers.

    ``purchased``, ``complimentary`` and ``owed`` are what it changed each of the wallet's accounts by,
    ``balance_after`` is what stood after it. ``refers_to_id`` names the transaction that it gives back or undoes.
    """

    __tablename__ = "wallet_transactions"
    prefix = "txn"

    sub_account_id: Mapped[UUID]
    currency: Mapped[str] = mapped_column(Currency)
    kind: Mapped[Code] = mapped_column(Word(Code))
    purchased: Mapped[int] = mapped_column(Micros)
    complimentary: Mapped[int] = mapped_column(Micros)
    owed: Mapped[int] = mapped_column(Micros)
    balance_after: Mapped[int] = mapped_column(Micros)
    source_type: Mapped[str]
    source_id: Mapped[UUID]
    refers_to_id: Mapped[UUID | None]
    meter: Mapped[str | None]
    product_id: Mapped[UUID | None]
    description: Mapped[str]
    effective_at: Mapped[datetime]
    booked_at: Mapped[datetime]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        Index("ix_wallet_transactions_wallet", "agency_id", "sub_account_id", "id"),
        Index(
            "ix_wallet_transactions_refers_to",
            "agency_id",
            "refers_to_id",
            postgresql_where=text("refers_to_id IS NOT NULL"),
        ),
    )

    @property
    def amount(self) -> Money:
        """By how much the balance changed."""
        return Money(self.purchased + self.complimentary - self.owed, self.currency)

    @property
    def purchased_change(self) -> Money:
        return Money(self.purchased, self.currency)

    @property
    def complimentary_change(self) -> Money:
        return Money(self.complimentary, self.currency)

    @property
    def owed_change(self) -> Money:
        return Money(self.owed, self.currency)

    @property
    def balance(self) -> Money:
        return Money(self.balance_after, self.currency)


class DailySpending(TenantScoped, Base):
    """What a product took from a wallet on one local day: for caps, pace and charts without a scan."""

    __tablename__ = "daily_spending"

    sub_account_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    product_id: Mapped[UUID] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(Currency, primary_key=True)
    spent: Mapped[int] = mapped_column(Micros)

    __table_args__ = (tenant_key("sub_account_id", "sub_accounts"), {"postgresql_with": {"fillfactor": "70"}})


class ClawBack(TenantScoped, Base):
    """What a dispute has taken back from one wallet so far, and the newest of its events that was heeded.

    ``spent`` is what of it the wallet had spent already; won again, it stays.
    """

    __tablename__ = "claw_backs"

    dispute_id: Mapped[UUID] = mapped_column(primary_key=True)
    sub_account_id: Mapped[UUID] = mapped_column(primary_key=True)
    charge_id: Mapped[UUID]
    currency: Mapped[str] = mapped_column(Currency)
    amount: Mapped[int] = mapped_column(Micros)
    bonus: Mapped[int] = mapped_column(Micros)
    spent: Mapped[int] = mapped_column(Micros)
    heeded_at: Mapped[datetime]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        CheckConstraint("amount >= 0 AND bonus >= 0 AND spent >= 0", name="never_negative"),
    )
