from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, String, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from agency.foundation.database.base import Base, Identified, tenant_key
from agency.foundation.database.types import Currency, Micros, Word
from agency.foundation.money import Money
from wallet.charges.rules import DeclineClass
from wallet.credits.standing import WalletKey
from wallet.recharge.rules.decision import Reason
from wallet.recharge.rules.terms import RuleTerms


class RechargeRule(Identified, Base):
    """When a wallet is recharged and by how much, with the consent of whoever saved it.

    Attributes:
        card_ids: the cards to charge, in order; none named: the primary one and its backups.
        look_at: when to look again at a wallet that time alone holds back.
        last_decision_id: the newest row of the log; a repeated decision is counted there.
    """

    __tablename__ = "recharge_rules"
    prefix = "rru"

    sub_account_id: Mapped[UUID]
    currency: Mapped[str] = mapped_column(Currency)
    threshold_micros: Mapped[int] = mapped_column(Micros)
    amount_micros: Mapped[int | None] = mapped_column(Micros)
    target_micros: Mapped[int | None] = mapped_column(Micros)
    cap_micros: Mapped[int] = mapped_column(Micros)
    card_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    consent_text: Mapped[str]
    consented_by: Mapped[str]
    consented_at: Mapped[datetime]
    created_at: Mapped[datetime]
    look_at: Mapped[datetime | None]
    last_decision_id: Mapped[UUID | None]
    last_reason: Mapped[Reason | None] = mapped_column(Word(Reason))

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        UniqueConstraint("agency_id", "sub_account_id", "currency"),
        CheckConstraint("(amount_micros IS NULL) <> (target_micros IS NULL)", name="amount_or_target"),
        CheckConstraint("cap_micros > 0", name="capped"),
        Index("ix_recharge_rules_look", "look_at", postgresql_where=text("look_at IS NOT NULL")),
    )

    @property
    def wallet(self) -> WalletKey:
        return WalletKey(self.sub_account_id, self.currency)

    @property
    def terms(self) -> RuleTerms:
        def money(micros: int | None) -> Money | None:
            return None if micros is None else Money(micros, self.currency)

        return RuleTerms(
            threshold=Money(self.threshold_micros, self.currency),
            monthly_cap=Money(self.cap_micros, self.currency),
            amount=money(self.amount_micros),
            target=money(self.target_micros),
        )


class RechargeState(StrEnum):
    REQUESTED = "requested"
    CHARGING = "charging"
    RETRYING = "retrying"
    NEEDS_AUTHENTICATION = "needs_authentication"
    UNKNOWN = "unknown"
    SETTLED = "settled"
    DECLINED = "declined"
    ABANDONED = "abandoned"

    @property
    def is_open(self) -> bool:
        return self not in {RechargeState.SETTLED, RechargeState.DECLINED, RechargeState.ABANDONED}


OPEN = text("state NOT IN ('settled', 'declined', 'abandoned')")


class Recharge(Identified, Base):
    """One refill: a wallet has at most one open, and its amount counts against the month's cap that long.

    Attributes:
        cards_left: the named cards that this round has not tried yet; ``cards_soft`` those that may pay later.
        soft_declines: rounds that ended in a refusal that may pass; ``our_failures`` those that said nothing.
        link_digest: opens the page on which the cardholder confirms.
        due_at: when it is tried again, or an unconfirmed one is given up.
    """

    __tablename__ = "recharges"
    prefix = "rch"

    sub_account_id: Mapped[UUID]
    currency: Mapped[str] = mapped_column(Currency)
    amount_micros: Mapped[int] = mapped_column(Micros)
    balance_micros: Mapped[int] = mapped_column(Micros)
    state: Mapped[RechargeState] = mapped_column(Word(RechargeState), default=RechargeState.REQUESTED)
    cards_left: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    cards_soft: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    soft_declines: Mapped[int] = mapped_column(default=0)
    our_failures: Mapped[int] = mapped_column(default=0)
    decline_class: Mapped[DeclineClass | None] = mapped_column(Word(DeclineClass))
    decline_code: Mapped[str | None]
    told_at: Mapped[datetime | None]
    link_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    transaction_id: Mapped[UUID | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        Index("uq_recharges_open", "agency_id", "sub_account_id", "currency", unique=True, postgresql_where=OPEN),
        Index("ix_recharges_wallet", "agency_id", "sub_account_id", "id"),
        Index("ix_recharges_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
        Index("ix_recharges_link", "agency_id", "link_digest", postgresql_where=text("link_digest IS NOT NULL")),
        CheckConstraint("amount_micros > 0", name="amount_positive"),
    )

    @property
    def amount(self) -> Money:
        return Money(self.amount_micros, self.currency)

    @property
    def wallet(self) -> WalletKey:
        return WalletKey(self.sub_account_id, self.currency)

    @property
    def next_try_at(self) -> datetime | None:
        return self.due_at if self.state is RechargeState.RETRYING else None

    @property
    def balance_before(self) -> Money:
        return Money(self.balance_micros, self.currency)


class PauseReason(StrEnum):
    """*declined*: every later try was refused too; *refused*: no try can help; *ours*: nothing of the card's."""

    DECLINED = "declined"
    REFUSED = "refused"
    NEEDS_AUTHENTICATION = "needs_authentication"
    DISPUTED = "disputed"
    OURS = "ours"


class LiftedBy(StrEnum):
    CHARGE = "charge"
    CARD = "card"
    STAFF = "staff"


class RechargePause(Identified, Base):
    """Nothing is recharged until a charge succeeds, a card of another number comes, or staff say why.

    ``fingerprints`` are those of the cards that failed.
    """

    __tablename__ = "recharge_pauses"
    prefix = "rps"

    sub_account_id: Mapped[UUID]
    currency: Mapped[str] = mapped_column(Currency)
    reason: Mapped[PauseReason] = mapped_column(Word(PauseReason))
    code: Mapped[str | None]
    recharge_id: Mapped[UUID | None]
    fingerprints: Mapped[list[str]] = mapped_column(ARRAY(String))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    lifted_by: Mapped[LiftedBy | None] = mapped_column(Word(LiftedBy))
    lifted_name: Mapped[str | None]
    lift_reason: Mapped[str | None]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        Index(
            "uq_recharge_pauses_open",
            "agency_id",
            "sub_account_id",
            "currency",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class RechargeDecision(Identified, Base):
    """Why a wallet was recharged or was not. The same answer again is counted: ``times``, the last ``last_at``.

    ``is_early``: it charged sooner after a success than the platform's ten minutes, and staff were told.
    """

    __tablename__ = "recharge_decisions"
    prefix = "rdc"

    sub_account_id: Mapped[UUID]
    currency: Mapped[str] = mapped_column(Currency)
    reason: Mapped[Reason] = mapped_column(Word(Reason))
    balance_micros: Mapped[int] = mapped_column(Micros)
    threshold_micros: Mapped[int] = mapped_column(Micros)
    amount_micros: Mapped[int | None] = mapped_column(Micros)
    recharge_id: Mapped[UUID | None]
    is_early: Mapped[bool] = mapped_column(default=False)
    times: Mapped[int] = mapped_column(default=1)
    decided_at: Mapped[datetime]
    last_at: Mapped[datetime]

    __table_args__ = (
        tenant_key("sub_account_id", "sub_accounts"),
        Index("ix_recharge_decisions_wallet", "agency_id", "sub_account_id", "id"),
        {"postgresql_with": {"fillfactor": "70"}},
    )

    @property
    def balance(self) -> Money:
        return Money(self.balance_micros, self.currency)

    @property
    def threshold(self) -> Money:
        return Money(self.threshold_micros, self.currency)

    @property
    def amount(self) -> Money | None:
        return None if self.amount_micros is None else Money(self.amount_micros, self.currency)
