"""What happens to a subscription, as rows: changes, pauses, cancellations, and the history of them all."""

from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, JsonObject, tenant_key
from agency.foundation.database.types import Currency, Micros, Word
from agency.foundation.money import Money
from subaccounts.subscriptions.models.columns import ExactShare


class ChangeState(StrEnum):
    PLANNED = "planned"
    APPLIED = "applied"
    WITHDRAWN = "withdrawn"


class SubscriptionChange(Identified, Base):
    """Another plan, interval, quantity or set of add-ons: as it was asked for, and when it counts.

    ``terms`` names the price versions that were shown; they hold even if newer ones are sold by then.
    """

    __tablename__ = "subscription_changes"
    prefix = "chn"

    sub_account_id: Mapped[UUID]
    subscription_id: Mapped[UUID]
    state: Mapped[ChangeState] = mapped_column(Word(ChangeState))
    at: Mapped[datetime]
    terms: Mapped[JsonObject]
    requested_at: Mapped[datetime]
    requested_by: Mapped[str]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("subscription_id", "subscriptions"),
        Index(
            "uq_subscription_changes_planned",
            "agency_id",
            "subscription_id",
            "at",
            unique=True,
            postgresql_where=text("state = 'planned'"),
        ),
    )


class PauseKind(StrEnum):
    ASKED = "asked"
    UNPAID = "unpaid"


class SubscriptionPause(Identified, Base):
    """Nothing is billed between a pause and its end. What was paid ahead and not used was credited, if it was asked."""

    __tablename__ = "subscription_pauses"
    prefix = "sps"

    sub_account_id: Mapped[UUID]
    subscription_id: Mapped[UUID]
    kind: Mapped[PauseKind] = mapped_column(Word(PauseKind))
    reason: Mapped[str]
    began_at: Mapped[datetime]
    began_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("subscription_id", "subscriptions"),
        Index(
            "uq_subscription_pauses_open",
            "agency_id",
            "subscription_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class SubscriptionCancellation(Identified, Base):
    """Somebody ends it, at once or with the period; ``withdrawn_at``: they thought better of it in time."""

    __tablename__ = "subscription_cancellations"
    prefix = "scn"

    sub_account_id: Mapped[UUID]
    subscription_id: Mapped[UUID]
    reason: Mapped[str]
    ends_at: Mapped[datetime]
    requested_at: Mapped[datetime]
    requested_by: Mapped[str]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("subscription_id", "subscriptions"),
        Index(
            "uq_subscription_cancellations_open",
            "agency_id",
            "subscription_id",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )


class Happened(StrEnum):
    STARTED = "started"
    BILLED = "billed"
    CHANGE_PLANNED = "change_planned"
    CHANGE_WITHDRAWN = "change_withdrawn"
    CHANGED = "changed"
    PAUSED = "paused"
    RESUMED = "resumed"
    CANCELLATION_PLANNED = "cancellation_planned"
    CANCELLATION_WITHDRAWN = "cancellation_withdrawn"
    CANCELED = "canceled"
    PAST_DUE = "past_due"
    RECOVERED = "recovered"


class HistoryEntry(Identified, Base):
    """One thing that happened to a subscription; rows are only added.

    ``amount_micros`` is what it billed, with tax; below zero where it gave credit; none where it billed nothing.
    ``recurring_micros`` is what it is worth a month from here on, without tax; none where that stays as it was.
    """

    __tablename__ = "subscription_history"
    prefix = "hst"

    sub_account_id: Mapped[UUID]
    subscription_id: Mapped[UUID]
    kind: Mapped[Happened] = mapped_column(Word(Happened))
    at: Mapped[datetime]
    by: Mapped[str]
    product_id: Mapped[UUID]
    note: Mapped[str]
    period_start: Mapped[datetime | None]
    period_end: Mapped[datetime | None]
    amount_micros: Mapped[int | None] = mapped_column(Micros)
    recurring_micros: Mapped[int | None] = mapped_column(Micros)
    currency: Mapped[str] = mapped_column(Currency)

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("subscription_id", "subscriptions"),
        Index("ix_subscription_history_subscription", "agency_id", "subscription_id", "id"),
        Index(
            "ix_subscription_history_recurring",
            *("agency_id", "subscription_id", "at"),
            postgresql_where=text("recurring_micros IS NOT NULL"),
        ),
    )

    @property
    def amount(self) -> Money | None:
        return None if self.amount_micros is None else Money(self.amount_micros, self.currency)


class BilledLine(Identified, Base):
    """A component's charge for a part of a period, or a credit; the invoices to come are made of these.

    The unique key is the guarantee that nothing is billed twice: ``occasion`` is *period*, or the id of the change,
    pause or cancellation that billed it. ``amount_micros`` has the discount taken off and no tax in it.
    """

    __tablename__ = "billed_lines"
    prefix = "bln"

    sub_account_id: Mapped[UUID]
    subscription_id: Mapped[UUID]
    bill_id: Mapped[UUID]
    component: Mapped[str]
    period_start: Mapped[datetime]
    period_end: Mapped[datetime]
    occasion: Mapped[str]
    price_id: Mapped[UUID]
    product_id: Mapped[UUID]
    quantity: Mapped[int]
    share: Mapped[Fraction] = mapped_column(ExactShare)
    discount_micros: Mapped[int] = mapped_column(Micros)
    amount_micros: Mapped[int] = mapped_column(Micros)
    tax_micros: Mapped[int] = mapped_column(Micros)
    taxes: Mapped[list[JsonObject]] = mapped_column(JSONB)
    currency: Mapped[str] = mapped_column(Currency)
    billed_at: Mapped[datetime]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("subscription_id", "subscriptions"),
        tenant_key("price_id", "prices"),
        tenant_key("product_id", "products"),
        UniqueConstraint(
            *("agency_id", "subscription_id", "component", "period_start", "occasion"), name="uq_billed_lines_once"
        ),
        Index("ix_billed_lines_bill", "agency_id", "bill_id"),
    )

    @property
    def amount(self) -> Money:
        return Money(self.amount_micros, self.currency)

    @property
    def tax(self) -> Money:
        return Money(self.tax_micros, self.currency)

    @property
    def discount(self) -> Money:
        return Money(self.discount_micros, self.currency)
