from datetime import date, datetime, time
from enum import StrEnum
from fractions import Fraction
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, tenant_key
from agency.foundation.database.types import Currency, Micros, Word
from agency.plans.rules.components import Interval
from subaccounts.subscriptions.models.columns import ExactShare, KeptConventions
from subaccounts.subscriptions.rules.conventions import Conventions
from subaccounts.subscriptions.rules.periods import Cadence, Period, Schedule, Segment


class State(StrEnum):
    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    PAUSED = "paused"
    CANCELED = "canceled"


class Collection(StrEnum):
    """How what a period costs is collected."""

    CARD = "card"
    WALLET = "wallet"
    INVOICE = "invoice"


class Unpaid(StrEnum):
    """What becomes of a subscription when every try to collect has failed."""

    PAUSE = "pause"
    CANCEL = "cancel"


class Subscription(Identified, Base):
    """What a sub-account pays an agency for, period by period, until it is cancelled.

    ``current_start`` to ``current_end`` is what was billed last, or the trial. ``next_billing_at`` is the cursor of
    the billing run: the next moment at which anything happens by itself; none while it is paused or over.
    ``parked_at`` is set when billing it failed for a reason of ours, and keeps it out of the run; it is tried again at
    ``parked_until``, or when a person asks for it.
    """

    __tablename__ = "subscriptions"
    prefix = "sub"

    sub_account_id: Mapped[UUID]
    product_id: Mapped[UUID]
    contents_id: Mapped[UUID | None]
    currency: Mapped[str] = mapped_column(Currency)
    state: Mapped[State] = mapped_column(Word(State))
    interval: Mapped[Interval] = mapped_column(Word(Interval))
    interval_count: Mapped[int]
    anchor: Mapped[date]
    anchor_day: Mapped[int]
    anchor_at: Mapped[time]
    time_zone: Mapped[str]
    conventions: Mapped[Conventions] = mapped_column(KeptConventions)
    collection: Mapped[Collection] = mapped_column(Word(Collection))
    due_days: Mapped[int]
    unpaid: Mapped[Unpaid] = mapped_column(Word(Unpaid))
    started_at: Mapped[datetime]
    trial_ends_at: Mapped[datetime | None]
    first_billed_at: Mapped[datetime | None]
    current_start: Mapped[datetime]
    current_end: Mapped[datetime]
    next_credits_at: Mapped[datetime | None]
    next_billing_at: Mapped[datetime | None]
    resumptions: Mapped[int] = mapped_column(default=0)
    ends_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    parked_at: Mapped[datetime | None]
    parked_until: Mapped[datetime | None]
    parked_reason: Mapped[str | None]
    times_parked: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    created_by: Mapped[str]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("product_id", "products"),
        tenant_key("contents_id", "plan_contents"),
        CheckConstraint("interval_count > 0", name="interval_count_more_than_zero"),
        CheckConstraint("current_end >= current_start", name="ends_after_it_starts"),
        CheckConstraint("(state = 'canceled') = (ended_at IS NOT NULL)", name="canceled_has_ended"),
        CheckConstraint("next_billing_at IS NULL OR state NOT IN ('paused', 'canceled')", name="bills_while_it_runs"),
        Index("ix_subscriptions_sub_account", "agency_id", "sub_account_id", "id"),
        CheckConstraint("(parked_at IS NULL) = (parked_until IS NULL)", name="parked_until_a_moment"),
        Index(
            "ix_subscriptions_due",
            *("agency_id", "next_billing_at", "id"),
            postgresql_where=text("next_billing_at IS NOT NULL AND parked_at IS NULL"),
        ),
        Index(
            "ix_subscriptions_parked",
            *("agency_id", "parked_until"),
            postgresql_where=text("parked_at IS NOT NULL"),
        ),
    )

    @property
    def cadence(self) -> Cadence:
        return Cadence(interval=self.interval, every=self.interval_count)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def schedule(self) -> Schedule:
        return Schedule(
            cadence=self.cadence, anchor=self.anchor, anchor_day=self.anchor_day, zone=self.zone, at=self.anchor_at
        )

    def follow(self, schedule: Schedule) -> None:
        """Take over the boundaries of a schedule."""
        self.interval, self.interval_count = schedule.cadence.interval, schedule.cadence.every
        self.anchor, self.anchor_day, self.anchor_at = schedule.anchor, schedule.anchor_day, schedule.at

    @property
    def current(self) -> Segment:
        """What was billed last, as the part of a full period that it is."""
        part = Period(start=self.current_start, end=self.current_end)
        return Segment(part=part, whole=self.schedule.period_at(self.current_start))

    @property
    def is_over(self) -> bool:
        return self.state is State.CANCELED

    @property
    def runs(self) -> bool:
        return self.state not in {State.PAUSED, State.CANCELED}


class SubscriptionItem(Identified, Base):
    """One price of a subscription, in one version, with its quantity, from a moment until another.

    ``paid_share`` is the part of the price that coupons left to pay in the period that runs, as an exact fraction.
    ``minimum_from`` is where the next period begins of which a price of usage asks a minimum.
    """

    __tablename__ = "subscription_items"
    prefix = "sit"

    sub_account_id: Mapped[UUID]
    subscription_id: Mapped[UUID]
    price_id: Mapped[UUID]
    quantity: Mapped[int]
    paid_share: Mapped[Fraction] = mapped_column(ExactShare)
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    minimum_from: Mapped[datetime | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("subscription_id", "subscriptions"),
        tenant_key("price_id", "prices"),
        Index("ix_subscription_items_minimum", "minimum_from", postgresql_where=text("minimum_from IS NOT NULL")),
        CheckConstraint("quantity >= 0", name="quantity_never_negative"),
        Index("ix_subscription_items_subscription", "agency_id", "subscription_id"),
    )


class SubscriptionCoupon(Identified, Base):
    """A coupon on a subscription, with what is left of it; coupons take their part in the order of their ids.

    ``used_for`` is the start of the last period that it took something off.
    """

    __tablename__ = "subscription_coupons"
    prefix = "scp"

    sub_account_id: Mapped[UUID]
    subscription_id: Mapped[UUID]
    coupon_id: Mapped[UUID]
    periods_left: Mapped[int | None]
    amount_left_micros: Mapped[int | None] = mapped_column(Micros)
    has_ended: Mapped[bool] = mapped_column(default=False)
    used_for: Mapped[datetime | None]
    redeemed_at: Mapped[datetime]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        tenant_key("subscription_id", "subscriptions"),
        tenant_key("coupon_id", "coupons"),
        Index("ix_subscription_coupons_subscription", "agency_id", "subscription_id"),
    )
