from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, tenant_key
from agency.foundation.database.types import Currency, Micros, Word


class InstallState(StrEnum):
    ACTIVE = "active"
    PAST_DUE = "past_due"
    REMOVED = "removed"


class WhyRemoved(StrEnum):
    ASKED = "asked"
    UNPAID = "unpaid"
    ENDED = "ended"


class Install(Identified, Base):
    """An app at work for a sub-account: what was consented to, by whom, and until when.

    ``app_price_id`` is the plan, where the app has plans; its money moves by ``subscription_id``. ``notice_at`` is
    when the end of the trial is told ahead. ``client_name`` is what the publisher may know the client by.
    """

    __tablename__ = "installs"
    prefix = "ins"

    sub_account_id: Mapped[UUID]
    app_id: Mapped[UUID] = mapped_column(ForeignKey("apps.id"))
    publisher_id: Mapped[UUID] = mapped_column(ForeignKey("publishers.id"))
    offer_id: Mapped[UUID]
    app_price_id: Mapped[UUID | None] = mapped_column(ForeignKey("app_prices.id"))
    subscription_id: Mapped[UUID | None]
    state: Mapped[InstallState] = mapped_column(Word(InstallState))
    client_name: Mapped[str]
    currency: Mapped[str] = mapped_column(Currency)
    permissions: Mapped[list[str]] = mapped_column(ARRAY(String))
    daily_limit_micros: Mapped[int | None] = mapped_column(Micros)
    monthly_limit_micros: Mapped[int | None] = mapped_column(Micros)
    installed_at: Mapped[datetime]
    installed_by: Mapped[str]
    trial_ends_at: Mapped[datetime | None]
    notice_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[str | None]
    why_removed: Mapped[WhyRemoved | None] = mapped_column(Word(WhyRemoved))

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("offer_id", "app_offers"),
        tenant_key("subscription_id", "subscriptions"),
        Index(
            "uq_installs_one",
            "agency_id",
            "sub_account_id",
            "app_id",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index("ix_installs_subscription", "agency_id", "subscription_id"),
        Index("ix_installs_publisher", "publisher_id", "app_id", "id"),
        Index("ix_installs_notice", "notice_at", postgresql_where=text("notice_at IS NOT NULL")),
    )

    @property
    def is_over(self) -> bool:
        return self.state is InstallState.REMOVED
