from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, deferred, mapped_column

from agency.foundation import ids
from agency.foundation.database.base import Base
from agency.foundation.database.types import Currency, Micros, Rate, Word
from agency.foundation.money import Money
from agency.foundation.tenancy import scope
from agency.plans.rules.components import Interval


class AppState(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    LISTED = "listed"
    RETIRED = "retired"


class Publisher(Base):
    """Who makes apps: a tenant of its own, or an agency that also publishes. Its id is that tenant's."""

    __tablename__ = "publishers"
    prefix: ClassVar[str] = "pub"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=scope.agency_id)
    name: Mapped[str]
    email: Mapped[str]
    registered_at: Mapped[datetime]


class App(Base):
    """What a publisher offers to every agency; a row of nobody's tenant, written by its publisher alone.

    Of its list price the publisher, the agency and the platform get their percents. Limits are the publisher's
    own, on what usage may cost one client in a day or a month.
    """

    __tablename__ = "apps"
    prefix: ClassVar[str] = "app"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.new_id)
    publisher_id: Mapped[UUID] = mapped_column(ForeignKey("publishers.id"))
    name: Mapped[str]
    tagline: Mapped[str]
    description: Mapped[str]
    support_address: Mapped[str]
    categories: Mapped[list[str]] = mapped_column(ARRAY(String))
    languages: Mapped[list[str]] = mapped_column(ARRAY(String))
    permissions: Mapped[list[str]] = mapped_column(ARRAY(String))
    currency: Mapped[str] = mapped_column(Currency)
    daily_limit_micros: Mapped[int | None] = mapped_column(Micros)
    monthly_limit_micros: Mapped[int | None] = mapped_column(Micros)
    developer_percent: Mapped[int]
    agency_percent: Mapped[int]
    platform_percent: Mapped[int]
    state: Mapped[AppState] = mapped_column(Word(AppState), default=AppState.DRAFT)
    review_note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    listed_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("developer_percent + agency_percent + platform_percent = 100", name="percents_make_a_whole"),
        CheckConstraint(
            "developer_percent >= 0 AND agency_percent >= 0 AND platform_percent >= 0", name="percents_not_negative"
        ),
        Index("ix_apps_publisher", "publisher_id"),
    )

    @property
    def public_id(self) -> str:
        return ids.encode(self.prefix, self.id)

    @property
    def percents(self) -> tuple[int, int, int]:
        """Of the publisher, the agency and the platform."""
        return self.developer_percent, self.agency_percent, self.platform_percent


class AppPicture(Base):
    """How an app looks, decoded and written anew when it was uploaded."""

    __tablename__ = "app_pictures"
    prefix: ClassVar[str] = "pic"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.new_id)
    app_id: Mapped[UUID] = mapped_column(ForeignKey("apps.id"))
    caption: Mapped[str]
    digest: Mapped[str]
    png: Mapped[bytes] = deferred(mapped_column(LargeBinary))

    __table_args__ = (UniqueConstraint("app_id", "digest"),)


class AppPriceKind(StrEnum):
    RECURRING = "recurring"
    ONE_TIME = "one_time"
    USAGE = "usage"


class AppPrice(Base):
    """One line of a publisher's list: it never changes, and is withdrawn for another one.

    ``code`` is the app's own name of it: of a plan, or of a meter. A usage price is fixed by ``amount`` for one
    ``unit``, or is dynamic: the app names it with each charge, from ``lowest`` to ``highest``.
    """

    __tablename__ = "app_prices"
    prefix: ClassVar[str] = "apr"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.new_id)
    app_id: Mapped[UUID] = mapped_column(ForeignKey("apps.id"))
    kind: Mapped[AppPriceKind] = mapped_column(Word(AppPriceKind))
    code: Mapped[str]
    name: Mapped[str]
    currency: Mapped[str] = mapped_column(Currency)
    amount: Mapped[Decimal | None] = mapped_column(Rate)
    lowest: Mapped[Decimal | None] = mapped_column(Rate)
    highest: Mapped[Decimal | None] = mapped_column(Rate)
    unit: Mapped[str | None]
    interval: Mapped[Interval | None] = mapped_column(Word(Interval))
    trial_days: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("(amount IS NULL) = (kind = 'usage' AND lowest IS NOT NULL)", name="fixed_or_dynamic"),
        CheckConstraint("(lowest IS NULL) = (highest IS NULL) AND lowest <= highest", name="bounds_in_order"),
        CheckConstraint("amount >= 0 AND lowest >= 0 AND trial_days >= 0", name="never_negative"),
        CheckConstraint("(kind = 'recurring') = (interval IS NOT NULL)", name="recurring_has_an_interval"),
        Index(
            "uq_app_prices_code",
            "app_id",
            "code",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    @property
    def public_id(self) -> str:
        return ids.encode(self.prefix, self.id)


def limit_of(micros: int | None, currency: str) -> Money | None:
    return None if micros is None else Money(micros, currency)
