from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, tenant_key
from agency.foundation.database.types import Currency, Micros, Word
from agency.foundation.money import Money
from subaccounts.subscriptions.models.subscriptions import Collection
from wallet.charges.rules import DeclineClass


class DueState(StrEnum):
    """``awaited``: an invoice's days run; ``paid``: nothing is left of it; ``stopped``: nobody asks any more."""

    COLLECTING = "collecting"
    RETRYING = "retrying"
    AWAITED = "awaited"
    PAID = "paid"
    STOPPED = "stopped"

    @property
    def is_open(self) -> bool:
        return self not in {DueState.PAID, DueState.STOPPED}


class AmountDue(Identified, Base):
    """What an invoice of subscriptions leaves to be paid, and how collecting it goes. Its id is the invoice's.

    ``total_micros`` is what the invoice asked for when it was opened, ``settled_micros`` what the invoice says was
    paid, credited or written off since. ``retry_at`` is when it is tried again, or given up.

    ``cards_left`` are asked next in this round, ``cards_soft`` said *not now* in it. ``link_digest`` opens the page on
    which the cardholder confirms.
    """

    __tablename__ = "amounts_due"
    prefix = "due"

    sub_account_id: Mapped[UUID]
    collection: Mapped[Collection] = mapped_column(Word(Collection))
    state: Mapped[DueState] = mapped_column(Word(DueState))
    total_micros: Mapped[int] = mapped_column(Micros)
    settled_micros: Mapped[int] = mapped_column(Micros)
    currency: Mapped[str] = mapped_column(Currency)
    declines: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    decline_class: Mapped[DeclineClass | None] = mapped_column(Word(DeclineClass))
    decline_code: Mapped[str | None]
    cards_left: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    cards_soft: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    link_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    retry_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        CheckConstraint("total_micros > 0", name="total_positive"),
        CheckConstraint("settled_micros >= 0 AND settled_micros <= total_micros", name="settled_within_the_total"),
        Index("ix_amounts_due_open", "agency_id", "sub_account_id", postgresql_where=text("state <> 'paid'")),
        Index("ix_amounts_due_link", "agency_id", "link_digest", postgresql_where=text("link_digest IS NOT NULL")),
        Index("ix_amounts_due_retry", "retry_at", postgresql_where=text("retry_at IS NOT NULL")),
    )

    @property
    def total(self) -> Money:
        return Money(self.total_micros, self.currency)

    @property
    def asked(self) -> Money:
        """What is left to pay."""
        return Money(self.asked_micros, self.currency)

    @property
    def asked_micros(self) -> int:
        return self.total_micros - self.settled_micros
