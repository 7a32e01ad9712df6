from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Index, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, TenantScoped, root_key, tenant_key


class ReminderTerms(Identified, Base):
    """When a seller reminds its payers; ``sub_account_id`` None is the agency.

    ``before_days`` and ``after_days`` count from the due date; none of either: no such letters.
    """

    __tablename__ = "reminder_terms"
    prefix = "rmt"

    sub_account_id: Mapped[UUID | None]
    before_days: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    after_days: Mapped[list[int]] = mapped_column(ARRAY(Integer))

    __table_args__ = (
        root_key(),
        tenant_key("sub_account_id", "sub_accounts"),
        UniqueConstraint("agency_id", "sub_account_id", postgresql_nulls_not_distinct=True),
    )

    @property
    def name(self) -> str:
        return ""


class ReminderCourse(TenantScoped, Base):
    """An open invoice's next letter: ``next_days`` counts from its due date, below zero before it.

    ``next_at`` None: no letter is to come, as the last was sent or the invoice is settled, void or disputed.
    """

    __tablename__ = "reminder_courses"

    invoice_id: Mapped[UUID] = mapped_column(primary_key=True)
    sub_account_id: Mapped[UUID]
    next_days: Mapped[int]
    next_at: Mapped[datetime | None]
    sent: Mapped[int] = mapped_column(default=0)

    __table_args__ = (
        tenant_key("invoice_id", "invoices"),
        Index("ix_reminder_courses_due", "next_at", postgresql_where=text("next_at IS NOT NULL")),
    )
