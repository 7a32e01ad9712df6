from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, TenantScoped, root_key, tenant_key
from agency.foundation.database.types import Currency, Micros, Rate, Word
from agency.foundation.money import Money


class Repeats(StrEnum):
    ONCE = "once"
    MONTHLY = "monthly"


class LateFeeRule(Identified, Base):
    """What a seller adds for paying late; ``sub_account_id`` None is the agency.

    The fixed part is charged on invoices in its currency, ``percent`` on what is left to pay of any. ``since`` is
    the seller's day on which it was switched on: invoices issued before stay without. ``next_at`` is when the next
    fee can be due; None: no open invoice will be late.
    """

    __tablename__ = "late_fee_rules"
    prefix = "lfr"

    sub_account_id: Mapped[UUID | None]
    is_on: Mapped[bool]
    fixed_micros: Mapped[int | None] = mapped_column(Micros)
    currency: Mapped[str] = mapped_column(Currency)
    percent: Mapped[Decimal | None] = mapped_column(Rate)
    after_days: Mapped[int]
    repeats: Mapped[Repeats] = mapped_column(Word(Repeats))
    since: Mapped[date]
    next_at: Mapped[datetime | None]

    __table_args__ = (
        root_key(),
        tenant_key("sub_account_id", "sub_accounts"),
        UniqueConstraint("agency_id", "sub_account_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("after_days > 0", name="after_the_due_date"),
        Index("ix_late_fee_rules_due", "next_at", postgresql_where=text("is_on AND next_at IS NOT NULL")),
    )

    @property
    def fixed(self) -> Money | None:
        return None if self.fixed_micros is None else Money(self.fixed_micros, self.currency)

    @property
    def name(self) -> str:
        return ""


class LateFee(TenantScoped, Base):
    """One fee for one invoice and period, whatever becomes of its document: it is never charged again.

    ``period`` counts the months past the first day of a fee. ``document_id`` is the draft or the invoice of the fee;
    None: it came to nothing.
    """

    __tablename__ = "late_fees"

    invoice_id: Mapped[UUID] = mapped_column(primary_key=True)
    period: Mapped[int] = mapped_column(primary_key=True)
    sub_account_id: Mapped[UUID]
    rule_id: Mapped[UUID]
    document_id: Mapped[UUID | None]
    charged_at: Mapped[datetime]

    __table_args__ = (tenant_key("invoice_id", "invoices"), tenant_key("rule_id", "late_fee_rules"))
