from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, tenant_key
from agency.foundation.database.types import Currency, Micros, Word
from agency.foundation.money import Money
from wallet.credits.rules.monthly import Unused


class MonthlyGrant(Identified, Base):
    """Complimentary credit that an agency gives a wallet with every calendar month, until somebody ends it.

    ``due_at`` is the first instant of the next month to be given, by the sub-account's calendar.
    """

    __tablename__ = "monthly_grants"
    prefix = "mgr"

    sub_account_id: Mapped[UUID]
    currency: Mapped[str] = mapped_column(Currency)
    amount: Mapped[int] = mapped_column(Micros)
    unused: Mapped[Unused] = mapped_column(Word(Unused))
    description: Mapped[str]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        CheckConstraint("amount > 0", name="amount_positive"),
        Index("ix_monthly_grants_wallet", "agency_id", "sub_account_id", "id"),
        Index("ix_monthly_grants_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    @property
    def money(self) -> Money:
        return Money(self.amount, self.currency)
